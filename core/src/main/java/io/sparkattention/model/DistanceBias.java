package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.tensor.AttentionArrays;
import java.util.Arrays;

/** A bias of the scores that depends on nothing but the distance between query and key. */
abstract class DistanceBias implements PositionBias {

  private final int[] queryOffsets;

  /**
   * @param queryOffsets the key position of the first query: one for all sequences, or one each
   */
  DistanceBias(int[] queryOffsets) {
    boolean same = Arrays.stream(queryOffsets).distinct().count() == 1;
    this.queryOffsets = same ? new int[] {queryOffsets[0]} : queryOffsets.clone();
  }

  /**
   * The bias of neighbouring distances.
   *
   * @param first how many tokens after the query the first key stands, negative before it
   * @return (count, H) in the model's precision
   */
  abstract NDArray ofDistances(NDManager scope, int first, int count);

  @Override
  public final NDArray block(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo) {
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

  private NDArray ofOffset(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo) {
    int columns = keyTo - keyFrom;
    int distances = queryTo - queryFrom + columns - 1;
    NDArray ofDistances = ofDistances(scope, keyFrom - queryTo + 1, distances);
    return AttentionArrays.on(scope).byDistance(scope, ofDistances, columns);
  }

  @Override
  public final boolean byDistance(int keyFrom) {
    return queryOffsets.length == 1;
  }
}
