package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Direction;
import io.sparkattention.tensor.AttentionArrays;
import java.util.Arrays;

/**
 * A bias of the scores that depends on the distance between query and key, in logarithmic buckets
 * (T5, Raffel et al. 2019, arXiv:1910.10683; MPNet shares it between its layers). Where queries
 * read both directions, the buckets tell these apart; otherwise all of them lie before the query.
 */
public final class RelativeBuckets extends DistanceBias {

  private static final int MAX_DISTANCE = 128;

  private final NDArray embedding; // (buckets, H)
  private final Direction direction;
  private final int buckets;
  private final int maxDistance;

  /** The bias of queries that read both directions of whole sequences, up to 128 tokens apart. */
  RelativeBuckets(NDArray embedding) {
    this(embedding, Direction.BIDIRECTIONAL, MAX_DISTANCE, new int[1]);
  }

  /**
   * The bias of some queries.
   *
   * @param embedding (buckets, H)
   * @param maxDistance from where on all distances share a bucket
   * @param queryOffsets the key position of the first query: one for all sequences, or one each
   */
  public RelativeBuckets(
      NDArray embedding, Direction direction, int maxDistance, int[] queryOffsets) {
    super(queryOffsets);
    this.embedding = embedding;
    this.direction = direction;
    this.buckets = (int) embedding.getShape().get(0);
    this.maxDistance = maxDistance;
  }

  @Override
  NDArray ofDistances(NDManager scope, int first, int count) {
    long[] picked = new long[count];
    Arrays.setAll(picked, i -> bucketOf(first + i));
    return AttentionArrays.on(scope).pick(scope, embedding, picked);
  }

  /** The bucket of a key that stands {@code distance} tokens after the query. */
  public int bucketOf(int distance) {
    boolean both = direction == Direction.BIDIRECTIONAL;
    int side = both && distance > 0 ? buckets / 2 : 0;
    int count = both ? buckets / 2 : buckets;
    int exact = count / 2;
    int away = both ? Math.abs(distance) : Math.max(0, -distance);
    if (away < exact) {
      return side + away;
    }
    double share = Math.log((double) away / exact) / Math.log((double) maxDistance / exact);
    return side + Math.min(count - 1, exact + (int) (share * (count - exact)));
  }
}
