package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Rotation;
import io.sparkattention.tensor.TurnOperators;
import io.sparkattention.tensor.Uploads;

/**
 * How heads turn by a rotary embedding.
 *
 * @param lengths tokens of each sequence, on which frequencies may depend
 */
record RotaryTurn(Rotary rotary, int[] lengths) implements Rotation {

  @Override
  public NDArray turned(NDManager scope, NDArray heads, NDArray by) {
    try (NDManager local = scope.newSubManager()) {
      return TurnOperators.on(scope).turned(scope, heads, by, frequencies(local));
    }
  }

  /** (B or 1, R / 2) float32. */
  private NDArray frequencies(NDManager scope) {
    int pairs = rotary.columns() / 2;
    int rows = rotary.dependsOnLength() ? lengths.length : 1;
    float[] all = new float[rows * pairs];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(rotary.frequencies(lengths[row]), 0, all, row * pairs, pairs);
    }
    return Uploads.of(scope, all).reshape(rows, pairs);
  }

  @Override
  public Rotation ofSequence(int sequence) {
    return new RotaryTurn(rotary, new int[] {lengths[sequence]});
  }
}
