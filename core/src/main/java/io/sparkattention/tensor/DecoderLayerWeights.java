package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The fifteen arrays of a decoder layer, bound once: attention norm weight and bias; query, key and
 * value weight ((H + 2 Hkv) · D, hidden) and bias; head norms (H + Hkv, D); output weight and bias;
 * norm after attention; feed-forward norm weight and bias; up weight (intermediate, hidden), gate
 * first where there is one, and bias; down weight and bias; norm after feed-forward. An array that
 * the layer lacks is of any shape.
 */
public final class DecoderLayerWeights implements AutoCloseable {

  static final int ARRAYS = 15;

  private final TensorList list;

  /** Binds the arrays, which the caller owns. */
  public DecoderLayerWeights(List<NDArray> arrays) {
    if (arrays.size() != ARRAYS) {
      throw new IllegalArgumentException(
          "a decoder layer has " + ARRAYS + " arrays, but " + arrays.size() + " were given");
    }
    list = new TensorList(arrays);
  }

  /** The arrays, in their order. */
  public List<NDArray> arrays() {
    return list.arrays();
  }

  TensorList list() {
    return list;
  }

  @Override
  public void close() {
    list.close();
  }
}
