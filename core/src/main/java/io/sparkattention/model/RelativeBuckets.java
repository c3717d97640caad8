package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.tensor.AttentionArrays;
import java.util.Arrays;

/**
 * A bias of the scores that depends on the distance between query and key, in logarithmic buckets
 * (T5, Raffel et al. 2019, arXiv:1910.10683; MPNet shares it between its layers). Where queries
 * read both directions, the buckets tell these apart; otherwise all of them lie before the query.
 */
public final class RelativeBuckets implements PositionBias {

  private static final int MAX_DISTANCE = 128;

  private final NDArray embedding; // (buckets, H)
  private final Direction direction;
  private final int buckets;
  private final int maxDistance;
  private final int[] queryOffsets;

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
    this.embedding = embedding;
    this.direction = direction;
    this.buckets = (int) embedding.getShape().get(0);
    this.maxDistance = maxDistance;
    boolean same = Arrays.stream(queryOffsets).distinct().count() == 1;
    this.queryOffsets = same ? new int[] {queryOffsets[0]} : queryOffsets.clone();
  }

  @Override
  public NDArray block(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo) {
    try (NDManager local = scope.newSubManager()) {
      NDList parts = new NDList();
      for (int offset : queryOffsets) {
        parts.add(ofOffset(local, offset + queryFrom, offset + queryTo, keyFrom, keyTo));
      }
      NDArray bias = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts);
      bias.attach(scope);
      return bias; // (1 or B, H, rows, columns)
    }
  }

  @Override
  public boolean byDistance(int keyFrom) {
    return queryOffsets.length == 1;
  }

  private NDArray ofOffset(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo) {
    int rows = queryTo - queryFrom;
    int columns = keyTo - keyFrom;
    int first = keyFrom - queryTo + 1;
    long[] ofDistance = new long[rows + columns - 1]; // from the first distance on
    Arrays.setAll(ofDistance, i -> bucketOf(first + i));
    AttentionArrays arrays = AttentionArrays.on(scope);
    NDArray ofDistances = arrays.pick(scope, embedding, ofDistance); // (rows + columns - 1, H)
    return arrays.byDistance(scope, ofDistances, columns); // (1, H, rows, columns)
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
