package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Float32 matrices as plain rows. */
final class Rows {

  private Rows() {}

  /** The rows of (B, columns). */
  static List<float[]> of(NDArray matrix) {
    int rows = (int) matrix.getShape().get(0);
    int columns = (int) matrix.getShape().get(1);
    float[] flat = matrix.toFloatArray();
    List<float[]> result = new ArrayList<>(rows);
    for (int i = 0; i < rows; i++) {
      result.add(Arrays.copyOfRange(flat, i * columns, (i + 1) * columns));
    }
    return result;
  }
}
