package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Precision;

/**
 * Rotary positions in plain Java, a column after the other.
 *
 * @param columns how many are rotated
 * @param interleaved whether neighbours turn together, not halves
 */
public record PlainRotation(int columns, boolean interleaved, double base) implements Rotation {

  /** Turns one head by some positions. */
  public double[] turned(double[] head, double by) {
    double[] turned = head.clone();
    for (int pair = 0; pair < columns / 2; pair++) {
      int one = interleaved ? 2 * pair : pair;
      int two = interleaved ? 2 * pair + 1 : pair + columns / 2;
      double angle = by * Math.pow(base, -2.0 * pair / columns);
      turned[one] = head[one] * Math.cos(angle) - head[two] * Math.sin(angle);
      turned[two] = head[two] * Math.cos(angle) + head[one] * Math.sin(angle);
    }
    return turned;
  }

  @Override
  public NDArray turned(NDManager scope, NDArray heads, NDArray by) {
    Shape shape = heads.getShape();
    int width = (int) shape.get(3);
    long[] positions =
        by.broadcast(new Shape(shape.get(0), shape.get(1), shape.get(2))).toLongArray();
    AttentionArrays arrays = AttentionArrays.on(scope);
    float[] numbers = arrays.cast(scope, heads, Precision.FP32).toFloatArray();
    double[] head = new double[width];
    for (int row = 0; row < positions.length; row++) {
      for (int c = 0; c < width; c++) {
        head[c] = numbers[row * width + c];
      }
      double[] turned = turned(head, positions[row]);
      for (int c = 0; c < width; c++) {
        numbers[row * width + c] = (float) turned[c];
      }
    }
    NDArray turned = scope.create(numbers, shape);
    return arrays.like(scope, turned, heads);
  }

  /** Heads (B, heads, S, D) that are not rotated, as they are at their positions. */
  NDArray placed(NDManager scope, NDArray heads, int[] offsets) {
    int batch = (int) heads.getShape().get(0);
    int places = (int) heads.getShape().get(2);
    long[] positions = new long[batch * places];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = offsets[i / places] + i % places;
    }
    return turned(scope, heads, scope.create(positions, new Shape(batch, 1, places)));
  }
}
