package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;

/**
 * How large the arrays of a cache are.
 *
 * @param capacity places of a row
 * @param heads key and value heads Hkv
 * @param columns columns of a head D
 */
public record CacheSize(int layers, int rows, int capacity, int heads, int columns) {

  Object[] arguments(NDArray like) {
    return new Object[] {like, layers, rows, capacity, heads, columns};
  }
}
