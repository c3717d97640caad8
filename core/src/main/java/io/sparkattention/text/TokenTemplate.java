package io.sparkattention.text;

import java.util.Arrays;
import java.util.function.Function;

/**
 * How a model wants its special tokens around one text and around a pair of texts.
 *
 * <p>In BERT's notation {@code [CLS] first [SEP]} and {@code [CLS] first [SEP] second [SEP]}. The
 * template is learned from how the tokenizer frames a probe word, so that texts tokenized in
 * pieces, and the chunks of long texts, are framed exactly like whole ones.
 */
public final class TokenTemplate {

  private final Tokens before;
  private final Tokens after;
  private final Tokens pairBefore;
  private final Tokens pairBetween;
  private final Tokens pairAfter;
  private final int firstType;
  private final int secondType;

  /**
   * Learns the template from one probe text.
   *
   * @param content the probe without special tokens
   * @param single the probe with special tokens
   * @param pair the probe paired with itself, with special tokens
   */
  TokenTemplate(Tokens content, Tokens single, Tokens pair) {
    int size = content.length();
    int start = firstText(single, 0);
    before = single.slice(0, start);
    after = single.slice(start + size, single.length());
    int first = firstText(pair, 0);
    int second = firstText(pair, first + size);
    pairBefore = pair.slice(0, first);
    pairBetween = pair.slice(first + size, second);
    pairAfter = pair.slice(second + size, pair.length());
    firstType = pair.typeIds()[first];
    secondType = pair.typeIds()[second];
  }

  /** The number of special tokens around a single text. */
  public int specialTokenCount() {
    return before.length() + after.length();
  }

  /** The number of special tokens around and between the texts of a pair. */
  public int pairSpecialTokenCount() {
    return pairBefore.length() + pairBetween.length() + pairAfter.length();
  }

  /** Puts the special tokens around the content of one text. */
  public Tokens frame(Tokens content) {
    return concatenate(before, content, after);
  }

  /** Puts the special tokens around the contents of two texts, and gives each its type id. */
  public Tokens framePair(Tokens first, Tokens second) {
    return concatenate(
        pairBefore,
        withType(first, firstType),
        pairBetween,
        withType(second, secondType),
        pairAfter);
  }

  /** Lays tokens end to end. */
  static Tokens concatenate(Tokens... parts) {
    return new Tokens(
        concatenate(parts, Tokens::ids),
        concatenate(parts, Tokens::typeIds),
        concatenate(parts, Tokens::starts),
        concatenate(parts, Tokens::ends));
  }

  private static int[] concatenate(Tokens[] parts, Function<Tokens, int[]> column) {
    int[] joined = new int[Arrays.stream(parts).mapToInt(Tokens::length).sum()];
    int at = 0;
    for (Tokens part : parts) {
      System.arraycopy(column.apply(part), 0, joined, at, part.length());
      at += part.length();
    }
    return joined;
  }

  private static Tokens withType(Tokens content, int type) {
    int[] types = new int[content.length()];
    Arrays.fill(types, type);
    return new Tokens(content.ids(), types, content.starts(), content.ends());
  }

  private static int firstText(Tokens tokens, int from) {
    int index = from;
    while (tokens.isSpecial(index)) {
      index++;
    }
    return index;
  }
}
