package io.sparkattention.statistics;

import java.io.Serializable;
import java.util.Arrays;

/**
 * What is known of the tokens of one sequence beside what was attended to.
 *
 * @param ids vocabulary ids
 * @param categories the kind of each token
 * @param sentences which sentence of the text each token is in, counted from 0; −1 for none
 * @param marked whether a token lies in the span that the document marks; all false without one
 */
public record SequenceTokens(
    int[] ids, TokenCategory[] categories, int[] sentences, boolean[] marked)
    implements Serializable {

  public SequenceTokens {
    if (ids.length != categories.length
        || ids.length != sentences.length
        || ids.length != marked.length) {
      throw new IllegalArgumentException(
          "%d ids, %d categories, %d sentences and %d marks: give one of each per token"
              .formatted(ids.length, categories.length, sentences.length, marked.length));
    }
  }

  /** Tokens of which nothing is known: all content of one sentence, none marked. */
  public static SequenceTokens unknown(int length) {
    TokenCategory[] categories = new TokenCategory[length];
    Arrays.fill(categories, TokenCategory.CONTENT);
    return new SequenceTokens(new int[length], categories, new int[length], new boolean[length]);
  }

  /** How many tokens there are. */
  public int length() {
    return ids.length;
  }

  /** The first of them. */
  SequenceTokens first(int count) {
    return new SequenceTokens(
        Arrays.copyOf(ids, count),
        Arrays.copyOf(categories, count),
        Arrays.copyOf(sentences, count),
        Arrays.copyOf(marked, count));
  }

  /** These and others after them, whose sentences go on counting. */
  SequenceTokens then(SequenceTokens others) {
    int length = length() + others.length();
    SequenceTokens all =
        new SequenceTokens(
            Arrays.copyOf(ids, length),
            Arrays.copyOf(categories, length),
            Arrays.copyOf(sentences, length),
            Arrays.copyOf(marked, length));
    int before = 1 + Arrays.stream(sentences).max().orElse(-1);
    for (int i = 0; i < others.length(); i++) {
      int at = length() + i;
      all.ids[at] = others.ids[i];
      all.categories[at] = others.categories[i];
      all.sentences[at] = others.sentences[i] < 0 ? -1 : before + others.sentences[i];
      all.marked[at] = others.marked[i];
    }
    return all;
  }

  /** How many of the first tokens are marked. */
  public int markedBefore(int count) {
    int marks = 0;
    for (int i = 0; i < count; i++) {
      marks += marked[i] ? 1 : 0;
    }
    return marks;
  }
}
