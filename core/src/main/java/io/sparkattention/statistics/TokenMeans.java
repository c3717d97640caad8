package io.sparkattention.statistics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** Means by statistic and token position, growing with the positions that come. */
final class TokenMeans implements Serializable {
  private final double[][] sums;
  private final int[][] counts;
  private boolean[] seen = new boolean[0];
  private int length;

  TokenMeans(int statistics) {
    sums = new double[statistics][0];
    counts = new int[statistics][0];
  }

  /** One more than the highest position. */
  int length() {
    return length;
  }

  /** Adds one head's numbers for the tokens from position 0 on; NaN is seen and not counted. */
  void add(int statistic, double[] values) {
    reach(values.length);
    for (int t = 0; t < values.length; t++) {
      seen[t] = true;
      if (!Double.isNaN(values[t])) {
        sums[statistic][t] += values[t];
        counts[statistic][t]++;
      }
    }
  }

  void merge(TokenMeans other, IntUnaryOperator position) {
    for (int t = 0; t < other.length; t++) {
      int at = position.applyAsInt(t);
      if (at < 0 || !other.seen[t]) {
        continue;
      }
      reach(at + 1);
      seen[at] = true;
      for (int i = 0; i < sums.length; i++) {
        sums[i][at] += other.sums[i][t];
        counts[i][at] += other.counts[i][t];
      }
    }
  }

  List<DocumentStatistics.Token> tokens() {
    List<DocumentStatistics.Token> tokens = new ArrayList<>();
    for (int t = 0; t < length; t++) {
      if (seen[t]) {
        float[] values = new float[sums.length];
        for (int i = 0; i < values.length; i++) {
          values[i] = counts[i][t] == 0 ? Float.NaN : (float) (sums[i][t] / counts[i][t]);
        }
        tokens.add(new DocumentStatistics.Token(t, values));
      }
    }
    return List.copyOf(tokens);
  }

  private void reach(int wanted) {
    if (wanted > seen.length) {
      int capacity = Math.max(wanted, seen.length + seen.length / 2);
      seen = Arrays.copyOf(seen, capacity);
      for (int i = 0; i < sums.length; i++) {
        sums[i] = Arrays.copyOf(sums[i], capacity);
        counts[i] = Arrays.copyOf(counts[i], capacity);
      }
    }
    length = Math.max(length, wanted);
  }
}
