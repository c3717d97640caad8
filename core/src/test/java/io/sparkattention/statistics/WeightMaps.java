package io.sparkattention.statistics;

import io.sparkattention.attention.Direction;
import java.util.Random;
import java.util.function.IntBinaryOperator;

/** Attention weights of single heads, [query][key], as plain numbers. */
final class WeightMaps {

  private WeightMaps() {}

  /** Softmax of normal scores; the wider the spread, the more peaked. */
  static double[][] random(int n, Direction direction, double spread, Random random) {
    double[][] weights = new double[n][n];
    for (int t = 0; t < n; t++) {
      double sum = 0;
      for (int s = 0; s < n; s++) {
        boolean readable = direction == Direction.BIDIRECTIONAL || s <= t;
        weights[t][s] = readable ? Math.exp(spread * random.nextGaussian()) : 0;
        sum += weights[t][s];
      }
      for (int s = 0; s < n; s++) {
        weights[t][s] /= sum;
      }
    }
    return weights;
  }

  /** Every query attends alike to every key it may read. */
  static double[][] uniform(int n, Direction direction) {
    double[][] weights = new double[n][n];
    for (int t = 0; t < n; t++) {
      int readable = direction == Direction.BIDIRECTIONAL ? n : t + 1;
      for (int s = 0; s < readable; s++) {
        weights[t][s] = 1.0 / readable;
      }
    }
    return weights;
  }

  /** Query t attends to the one key {@code key.applyAsInt(t, n)}. */
  static double[][] single(int n, IntBinaryOperator key) {
    double[][] weights = new double[n][n];
    for (int t = 0; t < n; t++) {
      weights[t][key.applyAsInt(t, n)] = 1;
    }
    return weights;
  }

  /** Every query gives {@code weight} to one key and the rest alike to all the others. */
  static double[][] sink(int n, int key, double weight) {
    double[][] weights = new double[n][n];
    for (int t = 0; t < n; t++) {
      for (int s = 0; s < n; s++) {
        weights[t][s] = s == key ? weight : (1 - weight) / (n - 1);
      }
    }
    return weights;
  }
}
