package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The twelve arrays of a post-norm layer, bound once: query-key-value weight (3 · hidden, hidden)
 * and bias, output weight and bias, norm weight and bias, up weight (intermediate, hidden) and
 * bias, down weight and bias, norm weight and bias.
 */
public final class LayerWeights implements AutoCloseable {

  private static final int ARRAYS = 12;

  private final TensorList list;

  /** Binds the arrays, which the caller owns. */
  public LayerWeights(List<NDArray> arrays) {
    if (arrays.size() != ARRAYS) {
      throw new IllegalArgumentException(
          "a layer has " + ARRAYS + " arrays, but " + arrays.size() + " were given");
    }
    list = new TensorList(arrays);
  }

  TensorList list() {
    return list;
  }

  @Override
  public void close() {
    list.close();
  }
}
