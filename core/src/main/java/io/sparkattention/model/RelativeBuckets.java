package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;

/**
 * A bias of the scores that depends on the distance between query and key, in logarithmic buckets
 * that tell both directions apart (T5, Raffel et al. 2019, arXiv:1910.10683; MPNet shares it
 * between its layers).
 */
final class RelativeBuckets implements PositionBias {

  private static final int MAX_DISTANCE = 128;

  private final NDArray embedding; // (buckets, H)
  private final LayerOperators operators;
  private final int buckets;

  RelativeBuckets(NDArray embedding, LayerOperators operators) {
    this.operators = operators;
    this.embedding = embedding;
    this.buckets = (int) embedding.getShape().get(0);
  }

  @Override
  public NDArray block(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo) {
    int rows = queryTo - queryFrom;
    int columns = keyTo - keyFrom;
    int first = keyFrom - queryTo + 1;
    long[] ofDistance = new long[rows + columns - 1]; // from the first distance on
    Arrays.setAll(ofDistance, i -> bucketOf(first + i));
    long[] bucket = new long[Math.multiplyExact(rows, columns)];
    for (int t = 0; t < rows; t++) {
      System.arraycopy(ofDistance, rows - 1 - t, bucket, t * columns, columns);
    }
    try (NDManager local = scope.newSubManager()) {
      NDArray taken =
          operators.pick(local, embedding, Uploads.of(local, bucket)); // (rows · columns, H)
      NDArray cube = taken.reshape(rows, columns, embedding.getShape().get(1));
      NDArray bias = cube.transpose(2, 0, 1).expandDims(0); // (1, H, rows, columns)
      bias.attach(scope);
      return bias;
    }
  }

  /** The bucket of a key that stands {@code distance} tokens after the query. */
  int bucketOf(int distance) {
    int half = buckets / 2;
    int exact = half / 2;
    int away = Math.abs(distance);
    int side = distance > 0 ? half : 0;
    if (away < exact) {
      return side + away;
    }
    double share = Math.log((double) away / exact) / Math.log((double) MAX_DISTANCE / exact);
    return side + Math.min(half - 1, exact + (int) (share * (half - exact)));
  }
}
