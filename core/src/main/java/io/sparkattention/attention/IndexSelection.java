package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;

/**
 * Keys by their places, which may differ from head to head.
 *
 * @param index (B, Hkv, K) int64
 * @param read (B, Hkv, 1, K) boolean: whether a place is read; null where all are
 */
record IndexSelection(AttentionInput input, Span queries, NDArray index, NDArray read)
    implements KeyChoice {

  /** Keys at places that are all read. */
  IndexSelection(AttentionInput input, Span queries, NDArray index) {
    this(input, queries, index, null);
  }

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
    if (read == null) {
      NDArray nothing = scope.zeros(new Shape(1, 1, 1, index.getShape().get(2)));
      return AttentionArrays.on(scope).like(scope, nothing, input.query());
    }
    return SparseOperators.on(scope).barrier(scope, read, input.query());
  }
}
