package io.sparkattention.statistics;

import io.sparkattention.text.Sentence;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The categories of a vocabulary's tokens, from how each is spelled. Thread-safe. */
final class TokenCategories {
  private final Tokenizer tokenizer;
  private final Map<Integer, TokenCategory> known = new ConcurrentHashMap<>();

  TokenCategories(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    tokenizer.specialIds().forEach(id -> known.put(id, TokenCategory.DELIMITER));
  }

  /** The category of a token that the tokenizer did not add. */
  TokenCategory of(int id) {
    return known.computeIfAbsent(
        id,
        token ->
            tokenizer.decode(new int[] {token}).codePoints().anyMatch(Character::isLetterOrDigit)
                ? TokenCategory.CONTENT
                : TokenCategory.PUNCTUATION);
  }

  /**
   * What is known of a sequence.
   *
   * @param sentences of the text that it is of; none if nobody asks for them
   * @param marked the code points that the document marks; null without
   */
  SequenceTokens of(Tokens tokens, List<Sentence> sentences, TextSpan marked) {
    TokenCategory[] categories = new TokenCategory[tokens.length()];
    boolean[] marks = new boolean[tokens.length()];
    int[] places = new int[tokens.length()];
    int sentence = -1;
    for (int i = 0; i < categories.length; i++) {
      boolean special = tokens.isSpecial(i);
      while (!special
          && sentence + 1 < sentences.size()
          && sentences.get(sentence + 1).start() < tokens.ends()[i]) {
        sentence++;
      }
      places[i] = special ? -1 : sentence;
      categories[i] = tokens.isSpecial(i) ? TokenCategory.DELIMITER : of(tokens.ids()[i]);
      marks[i] =
          marked != null
              && !tokens.isSpecial(i)
              && tokens.starts()[i] < marked.to()
              && tokens.ends()[i] > marked.from();
    }
    return new SequenceTokens(tokens.ids().clone(), categories, places, marks);
  }
}
