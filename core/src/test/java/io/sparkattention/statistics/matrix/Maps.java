package io.sparkattention.statistics.matrix;

import java.util.Random;

/** Random maps and matrices, and products as their definitions say. */
final class Maps {

  private Maps() {}

  /** Numbers of a test: the same in every run, or those of {@code -Dmaps.seed}. */
  static Random seeded(String test) {
    long seed = Long.getLong("maps.seed", test.hashCode());
    System.out.println(test + ": seed " + seed);
    return new Random(seed);
  }

  /** Softmax of normal scores: rows add up to 1. */
  static float[][] weights(int n, double spread, Random random) {
    float[][] map = new float[n][n];
    for (float[] row : map) {
      double sum = 0;
      double[] exact = new double[n];
      for (int s = 0; s < n; s++) {
        exact[s] = Math.exp(spread * random.nextGaussian());
        sum += exact[s];
      }
      for (int s = 0; s < n; s++) {
        row[s] = (float) (exact[s] / sum);
      }
    }
    return map;
  }

  static float[][] identity(int n) {
    float[][] map = new float[n][n];
    for (int t = 0; t < n; t++) {
      map[t][t] = 1;
    }
    return map;
  }

  static float[][] normal(int rows, int columns, Random random) {
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return matrix;
  }

  /** The same map with its tokens in another order. */
  static float[][] permuted(float[][] map, int[] order) {
    float[][] other = new float[map.length][map.length];
    for (int i = 0; i < map.length; i++) {
      for (int j = 0; j < map.length; j++) {
        other[i][j] = map[order[i]][order[j]];
      }
    }
    return other;
  }

  static double[][] times(double[][] a, double[][] b) {
    double[][] product = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b[0].length; j++) {
        for (int k = 0; k < b.length; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  static double[][] doubles(float[][] a) {
    double[][] wide = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      wide[i] = new double[a[i].length];
      for (int j = 0; j < a[i].length; j++) {
        wide[i][j] = a[i][j];
      }
    }
    return wide;
  }

  static double[][] transposed(double[][] a) {
    double[][] other = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        other[j][i] = a[i][j];
      }
    }
    return other;
  }
}
