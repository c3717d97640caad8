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

  TokenMeans(int statistics) {
    sums = new double[statistics][0];
    counts = new int[statistics][0];
  }

  /** One more than the highest position. */
  int length() {
    int length = seen.length;
    while (length > 0 && !seen[length - 1]) {
      length--;
    }
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
    for (int t = 0; t < other.seen.length; t++) {
      int at = other.seen[t] ? position.applyAsInt(t) : -1;
      if (at < 0) {
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
    for (int t = 0; t < seen.length; t++) {
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

  /** Makes room for so many positions. */
  void reach(int wanted) {
    if (wanted > seen.length) {
      int capacity = Math.max(wanted, seen.length + seen.length / 2);
      seen = Arrays.copyOf(seen, capacity);
      for (int i = 0; i < sums.length; i++) {
        sums[i] = Arrays.copyOf(sums[i], capacity);
        counts[i] = Arrays.copyOf(counts[i], capacity);
      }
    }
  }
}
