package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * The arrays of an embedding layer, bound once: words (vocabulary, hidden), positions (positions,
 * hidden), norm weight and bias, and for models that tell segments apart, types (types, hidden).
 */
public final class EmbeddingWeights implements AutoCloseable {

  private static final int WITHOUT_TYPES = 4;

  private final TensorList list;
  private final boolean typed;

  /** Binds the arrays, which the caller owns. */
  public EmbeddingWeights(List<NDArray> arrays) {
    if (arrays.size() != WITHOUT_TYPES && arrays.size() != WITHOUT_TYPES + 1) {
      throw new IllegalArgumentException(
          "an embedding has 4 or 5 arrays, but " + arrays.size() + " were given");
    }
    list = new TensorList(arrays);
    typed = arrays.size() > WITHOUT_TYPES;
  }

  TensorList list() {
    return list;
  }

  boolean typed() {
    return typed;
  }

  @Override
  public void close() {
    list.close();
  }
}
