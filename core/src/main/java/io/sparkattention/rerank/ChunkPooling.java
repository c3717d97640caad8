package io.sparkattention.rerank;

import java.util.List;

/** How the vectors of chunks become one (PARADE, Li et al., 2020, arXiv:2008.09093). */
public enum ChunkPooling {
  /** Their mean. */
  AVG,
  /** The largest number in each column. */
  MAX,
  /** Their sum, each weighted by the softmax of a score. */
  ATTN;

  /** What scores are multiplied with before the softmax: cosines alone would leave it flat. */
  private static final double SHARPNESS = 10;

  /**
   * Pools.
   *
   * @param vectors at least one, all of the same length
   * @param scores how much each matters, for {@link #ATTN}
   */
  float[] pool(List<float[]> vectors, double[] scores) {
    return switch (this) {
      case AVG -> weighted(vectors, new double[vectors.size()]);
      case MAX -> largest(vectors);
      case ATTN -> weighted(vectors, scores);
    };
  }

  /** The mean. */
  static float[] mean(List<float[]> vectors) {
    return AVG.pool(vectors, null);
  }

  private static float[] largest(List<float[]> vectors) {
    float[] largest = vectors.get(0).clone();
    for (float[] vector : vectors) {
      for (int k = 0; k < largest.length; k++) {
        largest[k] = Math.max(largest[k], vector[k]);
      }
    }
    return largest;
  }

  private static float[] weighted(List<float[]> vectors, double[] scores) {
    double highest = Double.NEGATIVE_INFINITY;
    for (double score : scores) {
      highest = Math.max(highest, score);
    }
    double total = 0;
    double[] sum = new double[vectors.get(0).length];
    for (int i = 0; i < scores.length; i++) {
      double weight = Math.exp(SHARPNESS * (scores[i] - highest));
      total += weight;
      for (int k = 0; k < sum.length; k++) {
        sum[k] += weight * vectors.get(i)[k];
      }
    }
    float[] pooled = new float[sum.length];
    for (int k = 0; k < sum.length; k++) {
      pooled[k] = (float) (sum[k] / total);
    }
    return pooled;
  }
}
