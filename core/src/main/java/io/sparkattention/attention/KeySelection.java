package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Span;

/**
 * K keys that a block of neighbouring queries reads together, each key at most once. Everything
 * that a sparse mechanism is asked for follows from it; see {@link SelectedAttended}.
 */
interface KeySelection {

  /** The call with the projections by which these queries read. */
  AttentionInput input();

  /** The block of queries. */
  Span queries();

  /**
   * The selected keys as they are read.
   *
   * @return (B, Hkv, K, D)
   */
  default NDArray keys(NDManager scope) {
    return gather(scope, input().key());
  }

  /**
   * Rows of the selected keys.
   *
   * @param x (B, Hkv, S, C)
   * @return (B, Hkv, K, C)
   */
  NDArray gather(NDManager scope, NDArray x);

  /**
   * Puts weights of the selected keys to their places.
   *
   * @param weights (B, H, rows, K) float32
   * @return (B, H, rows, S), 0 where nothing was selected
   */
  NDArray scatter(NDManager scope, NDArray weights);

  /**
   * What is added to the scores, minus infinity for what a query does not read.
   *
   * @return (B or 1, H or 1, queries or 1, K) in the precision of the query
   */
  NDArray mask(NDManager scope);
}
