package io.sparkattention.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.tensor.MeasureOperators;
import io.sparkattention.tensor.Span;

/**
 * How much of the exact attention of one query a mechanism recalls, head by head. No T x S entries
 * are formed: the exact attention is computed for that query alone.
 *
 * @param mass for each head, the sum over keys of the smaller of the exact and the mechanism's
 *     weight; for a softmax over selected keys that is the exact mass of what was selected
 * @param needle the same of the keys that were looked for, as a share of their exact mass
 * @param keysRead for each head, how many keys have a weight
 * @param error for each head, the relative error of the output
 */
public record MassRecall(float[] mass, float[] needle, float[] keysRead, float[] error) {

  /**
   * Compares one row of a call of one sequence.
   *
   * @param looked keys whose recall is told by itself
   */
  public static MassRecall of(AttentionInput in, Attended attended, int row, Span looked) {
    AttentionMask mask = in.mask();
    AttentionMask ofRow =
        new AttentionMask(
            mask.direction(),
            new int[] {mask.queryOffsets()[0] + row},
            new int[] {1},
            mask.keyLengths());
    try (NDManager local = in.scope().newSubManager()) {
      NDArray query = new Span(row, row + 1).of(local, in.query()); // (1, H, 1, D)
      AttentionInput one =
          AttentionInput.padded(query, in.key(), in.value(), ofRow, in.site(), local);
      try (Attended exact = new DenseAttention().attend(one);
          NDArray weights = attended.weights(row, row + 1)) {
        MeasureOperators operators = MeasureOperators.on(local);
        NDArray found = operators.recalled(local, exact.weights(0, 1), weights, looked);
        NDArray output = new Span(row, row + 1).of(local, attended.output()); // (1, H, 1, D)
        float[] error = operators.error(local, exact.output(), output).toFloatArray();
        float[] numbers = found.toFloatArray(); // (3, 1, H)
        int heads = in.heads();
        return new MassRecall(
            part(numbers, 0, heads), part(numbers, 1, heads), part(numbers, 2, heads), error);
      }
    }
  }

  private static float[] part(float[] numbers, int index, int heads) {
    float[] part = new float[heads];
    System.arraycopy(numbers, index * heads, part, 0, heads);
    return part;
  }
}
