package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Moments of one block of queries after the other, to be joined. */
final class MomentParts {

  private final NDManager owner;
  private final NDArray received; // (B, H, S)
  private final NDList entropies = new NDList(); // (B, H, rows) each
  private final NDList mixes = new NDList(); // (B, H, rows, C) each
  private final NDList pastMixes = new NDList(); // (B, H, rows, C) each

  /**
   * Starts without any.
   *
   * @param owner owns the parts until all are joined
   */
  MomentParts(NDManager owner, AttentionInput in) {
    this.owner = owner;
    long keys = in.key().getShape().get(2);
    received = owner.zeros(new Shape(in.mask().batch(), in.heads(), keys));
  }

  /**
   * Adds the moments of the next queries.
   *
   * @param entropy (B, H, rows)
   * @param mix (B, H, rows, C)
   * @param pastMix (B, H, rows, C)
   * @param share what the keys receive from these queries: (B, H, S)
   */
  void add(NDArray entropy, NDArray mix, NDArray pastMix, NDArray share) {
    entropies.add(moved(entropy, owner));
    mixes.add(moved(mix, owner));
    pastMixes.add(moved(pastMix, owner));
    received.addi(share);
  }

  /** The moments of all queries, in a scope. */
  AttentionMoments joined(NDManager scope) {
    return new AttentionMoments(
        moved(NDArrays.concat(entropies, 2), scope),
        moved(NDArrays.concat(mixes, 2), scope),
        moved(NDArrays.concat(pastMixes, 2), scope),
        moved(received, scope));
  }

  private static NDArray moved(NDArray array, NDManager scope) {
    array.attach(scope);
    return array;
  }
}
