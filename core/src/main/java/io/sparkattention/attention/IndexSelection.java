package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;

/**
 * Keys by their places, which may differ from head to head.
 *
 * @param index (B, Hkv, K) int64
 * @param read (B, Hkv, 1, K) boolean: whether a place is read
 */
record IndexSelection(AttentionInput input, Span queries, NDArray index, NDArray read)
    implements KeyChoice {

  @Override
  public NDArray gather(NDManager scope, NDArray x) {
    return SparseOperators.on(scope).gather(scope, x, index);
  }

  @Override
  public NDArray scatter(NDManager scope, NDArray weights) {
    int keys = (int) input.key().getShape().get(2);
    return SparseOperators.on(scope).scatter(scope, weights, index, keys);
  }

  @Override
  public NDArray mask(NDManager scope) {
    return SparseOperators.on(scope).barrier(scope, read, input.query());
  }
}
