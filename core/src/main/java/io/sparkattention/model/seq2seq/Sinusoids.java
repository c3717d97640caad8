package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Positions as sines in the first half of the columns and cosines in the second (PEGASUS). */
final class Sinusoids {

  private Sinusoids() {}

  /** The table, (count, hidden) float32. */
  static NDArray of(NDManager scope, int count, int hidden) {
    int sines = (hidden + 1) / 2;
    float[] table = new float[count * hidden];
    for (int at = 0; at < table.length; at++) {
      int position = at / hidden;
      int column = at % hidden;
      int frequency = column < sines ? column : column - sines;
      double angle = position / Math.pow(10_000, 2.0 * frequency / hidden);
      table[at] = (float) (column < sines ? Math.sin(angle) : Math.cos(angle));
    }
    return scope.create(table, new Shape(count, hidden));
  }
}
