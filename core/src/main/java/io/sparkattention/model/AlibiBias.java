package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.Uploads;

/**
 * A bias of the scores that falls with the distance between query and key, in each head at a slope
 * of its own (ALiBi, Press et al. 2021, arXiv:2108.12409). In a cache that drops keys, distances
 * are counted between the keys that stay (StreamingLLM, arXiv:2309.17453).
 */
public final class AlibiBias extends DistanceBias {

  private static final int FLATTEST = 8; // slopes fall to 2^-8

  private final double[] slopes;
  private final Precision precision;

  /**
   * @param slopes of each head, of {@link #slopes}
   * @param precision of the model
   * @param queryOffsets the key position of the first query: one for all sequences, or one each
   */
  public AlibiBias(double[] slopes, Precision precision, int[] queryOffsets) {
    super(queryOffsets);
    this.slopes = slopes.clone();
    this.precision = precision;
  }

  /**
   * The slopes of heads, falling geometrically from head to head; where their number is no power of
   * 2, every second one of the next power comes first, as in checkpoints of MPT.
   */
  public static double[] slopes(int heads) {
    int power = heads == 1 ? 1 : 2 * Integer.highestOneBit(heads - 1); // not below heads
    double[] slopes = new double[heads];
    for (int h = 0; h < heads; h++) {
      int step = h + 1;
      if (power > heads) {
        step = h < power / 2 ? 2 * (h + 1) : 2 * (h - power / 2) + 1;
      }
      slopes[h] = Math.pow(2, -(double) FLATTEST * step / power);
    }
    return slopes;
  }

  @Override
  NDArray ofDistances(NDManager scope, int first, int count) {
    float[] values = new float[count * slopes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (-slopes[i % slopes.length] * Math.abs(first + i / slopes.length));
    }
    NDArray bias = Uploads.of(scope, values).reshape(new Shape(count, slopes.length));
    return AttentionArrays.on(scope).cast(scope, bias, precision); // (count, H)
  }
}
