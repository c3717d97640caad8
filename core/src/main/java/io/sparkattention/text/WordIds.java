package io.sparkattention.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The ids of a text, word by word. The words of a corpus repeat: the ids of short ones are
 * remembered, which is many times as fast as asking the tokenizer again.
 *
 * <p>Words end where {@link TextPieces} found it safe to cut, with what stands between the spaces:
 * {@code end.} is a word of its own. Safe for use by several threads.
 */
final class WordIds {

  /** Longer words, in UTF-16 units, are rare, and those of scripts without spaces are texts. */
  private static final int LONGEST = 32;

  /** Ten to forty megabytes, by script; where more words come, remembering starts anew. */
  private static final int MOST = 1 << 16;

  private static final Set<String> WORDS_APART =
      Set.of("BertPreTokenizer", "Whitespace", "WhitespaceSplit");

  private final TextPieces pieces;
  private final Function<String, int[]> encode;
  private final Map<String, int[]> known = new ConcurrentHashMap<>();

  /**
   * @param pieces where it is safe to cut
   * @param encode the tokenizer
   */
  WordIds(TextPieces pieces, Function<String, int[]> encode) {
    this.pieces = pieces;
    this.encode = encode;
  }

  /**
   * Whether a tokenizer reads every word on its own, as its {@code tokenizer.json} declares: its
   * pre-tokenizer splits at white space, and no token that was added to it holds any.
   */
  static boolean suit(JsonNode tokenizer) {
    for (JsonNode added : tokenizer.path("added_tokens")) {
      if (added.path("content").asText().chars().anyMatch(Character::isWhitespace)) {
        return false;
      }
    }
    return splits(tokenizer.path("pre_tokenizer"));
  }

  private static boolean splits(JsonNode preTokenizer) {
    String type = preTokenizer.path("type").asText();
    return switch (type) {
      case "ByteLevel" -> preTokenizer.path("use_regex").asBoolean(true);
      case "Metaspace" -> preTokenizer.path("split").asBoolean(true);
      case "Sequence" -> splits(preTokenizer.path("pretokenizers").path(0));
      default -> WORDS_APART.contains(type);
    };
  }

  /** The ids of a well-formed text. */
  int[] of(String text) {
    int[] ids = new int[text.length() / 4 + 8];
    int count = 0;
    int from = 0;
    while (from < text.length()) {
      int end = pieces.nextCut(text, from);
      int[] word = word(text.substring(from, end));
      if (count + word.length > ids.length) {
        ids = Arrays.copyOf(ids, Math.max(2 * ids.length, count + word.length));
      }
      System.arraycopy(word, 0, ids, count, word.length);
      count += word.length;
      from = pieces.nextStart(text, end);
    }
    return Arrays.copyOf(ids, count);
  }

  private int[] word(String word) {
    if (word.length() > LONGEST) {
      return encode.apply(word);
    }
    int[] ids = known.get(word);
    if (ids == null) {
      ids = encode.apply(word);
      if (known.size() >= MOST) {
        known.clear();
      }
      known.put(word, ids);
    }
    return ids;
  }
}
