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

  private static final int WIDEST_GROUP = 32;

  /** Into how many groups of equal size 4-bit storage divides the columns of a head. */
  public static int groups(int columns) {
    int width = Math.min(WIDEST_GROUP, columns);
    while (columns % width != 0) {
      width--;
    }
    return columns / width;
  }
}
