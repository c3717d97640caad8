package io.sparkattention.summarize;

import java.util.Arrays;
import java.util.List;

/**
 * Which sentences of a source to keep.
 *
 * @param choices the sentences, in the order in which they were chosen
 * @param tokensIn as in {@link Summary}
 * @param tokensOut as in {@link Summary}
 * @param chunks as in {@link Summary}
 * @param truncated as in {@link Summary}
 */
public record Selection(
    List<Choice> choices, int tokensIn, int tokensOut, int chunks, boolean truncated) {

  /**
   * A sentence that was chosen.
   *
   * @param index its place among the source's sentences, from 0
   * @param score what it was chosen for; higher is better
   */
  public record Choice(int index, double score) {}

  public Selection {
    choices = List.copyOf(choices);
  }

  /**
   * What a strategy without a model chose.
   *
   * @param chosen the sentences in the order in which they were chosen
   * @param scores of all sentences, (n)
   */
  static Selection withoutModel(int[] chosen, double[] scores) {
    return new Selection(choices(chosen, scores), 0, 0, 0, false);
  }

  static List<Choice> choices(int[] chosen, double[] scores) {
    return Arrays.stream(chosen).mapToObj(i -> new Choice(i, scores[i])).toList();
  }
}
