package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** What a model adds to the scores by position (T5 buckets, MPNet, ALiBi), a block at a time. */
@FunctionalInterface
public interface PositionBias {

  /**
   * The bias of some queries against some keys.
   *
   * @return (1 or B, H, queryTo - queryFrom, keyTo - keyFrom) in {@code scope}, in the model's
   *     precision
   */
  NDArray block(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo);

  /**
   * Whether the bias of the keys from a place on depends on nothing but how far they are from the
   * query, so that one block serves all queries.
   */
  default boolean byDistance(int keyFrom) {
    return false;
  }
}
