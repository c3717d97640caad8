package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * How the heads of a layer turn with their positions (RoFormer, arXiv:2104.09864). Turns add up: a
 * key that was rotated for position 900 and is turned by -800 is as if it stood at 100, so that a
 * mechanism can number keys anew once it knows which of them it reads. Stays valid when the call is
 * over.
 */
public interface Rotation {

  /** That of layers whose heads hold no position. */
  Rotation NONE = (scope, heads, by) -> heads;

  /**
   * Turns heads, in float32 whatever their precision.
   *
   * @param heads (B, heads, K, D)
   * @param by how many positions further each is to stand, (B or 1, heads or 1, K) int64
   * @return (B, heads, K, D) in the precision of the heads; perhaps the argument itself
   */
  NDArray turned(NDManager scope, NDArray heads, NDArray by);

  /** That of one sequence of the batch by itself. */
  default Rotation ofSequence(int sequence) {
    return this;
  }
}
