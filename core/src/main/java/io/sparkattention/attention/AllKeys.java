package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;

/**
 * All keys where they lie, of which some are read.
 *
 * @param read (B, Hkv, queries or 1, S) boolean
 */
record AllKeys(AttentionInput input, Span queries, NDArray read) implements KeyChoice {

  @Override
  public NDArray gather(NDManager scope, NDArray x) {
    return x;
  }

  @Override
  public NDArray scatter(NDManager scope, NDArray weights) {
    return weights;
  }

  @Override
  public NDArray mask(NDManager scope) {
    return SparseOperators.on(scope).barrier(scope, read, input.query());
  }
}
