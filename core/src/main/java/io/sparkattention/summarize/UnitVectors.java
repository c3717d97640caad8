package io.sparkattention.summarize;

import java.util.Arrays;
import java.util.List;

/**
 * The vectors of a source's sentences, each of length 1, and the cosines between them. A vector of
 * zeros stays what it is and resembles nothing but itself.
 */
final class UnitVectors {

  private static final int TILE = 512; // columns whose partial sums stay in the cache
  private static final int STEP = 4; // dimensions added up at once

  private final int n;
  private final int dimension;
  private final float[][] columns; // (D rounded up to STEP, n)

  /**
   * @param vectors one per sentence, of equal length
   * @throws IllegalArgumentException if a vector holds NaN or an infinite number
   */
  UnitVectors(List<float[]> vectors) {
    n = vectors.size();
    dimension = vectors.isEmpty() ? 0 : vectors.get(0).length;
    columns = new float[(dimension + STEP - 1) / STEP * STEP][n];
    for (int i = 0; i < n; i++) {
      double norm = norm(vectors.get(i), "sentence " + i);
      for (int d = 0; d < dimension && norm > 0; d++) {
        columns[d][i] = (float) (vectors.get(i)[d] / norm);
      }
    }
  }

  /** How many there are. */
  int size() {
    return n;
  }

  /** The cosines of a sentence to all of them, (n); 1 to itself. */
  float[] cosines(int index) {
    float[][] row = new float[1][n];
    cosines(index, row);
    return row[0];
  }

  /** Rows {@code first, first + 1, ...} of the n x n cosines, as many as there are and fit. */
  void cosines(int first, float[][] rows) {
    int count = Math.min(rows.length, n - first);
    for (int left = 0; left < n; left += TILE) {
      int right = Math.min(left + TILE, n);
      for (int r = 0; r < count; r++) {
        Arrays.fill(rows[r], left, right, 0);
        for (int d = 0; d < columns.length; d += STEP) {
          addProducts(first + r, d, left, right, rows[r]);
        }
      }
    }
    for (int r = 0; r < count; r++) {
      rows[r][first + r] = 1;
    }
  }

  /**
   * The cosines of all sentences to another vector, (n); 0 if that is all zeros.
   *
   * @throws IllegalArgumentException if it holds NaN or an infinite number
   */
  double[] cosinesTo(float[] vector) {
    double norm = norm(vector, "the query");
    double[] cosines = new double[n];
    for (int d = 0; d < dimension && norm > 0; d++) {
      double value = vector[d] / norm;
      for (int i = 0; i < n; i++) {
        cosines[i] += value * columns[d][i];
      }
    }
    return cosines;
  }

  /** The cosines of all sentences to their mean, (n); 0 if that is all zeros. */
  double[] cosinesToMean() {
    float[] mean = new float[dimension];
    for (int d = 0; d < dimension; d++) {
      double sum = 0;
      for (float value : columns[d]) {
        sum += value;
      }
      mean[d] = (float) (sum / n);
    }
    return cosinesTo(mean);
  }

  private void addProducts(int index, int d, int left, int right, float[] row) {
    float[] c0 = columns[d];
    float[] c1 = columns[d + 1];
    float[] c2 = columns[d + 2];
    float[] c3 = columns[d + 3];
    float a0 = c0[index];
    float a1 = c1[index];
    float a2 = c2[index];
    float a3 = c3[index];
    for (int j = left; j < right; j++) {
      row[j] += a0 * c0[j] + a1 * c1[j] + a2 * c2[j] + a3 * c3[j];
    }
  }

  private static double norm(float[] vector, String of) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (!Double.isFinite(squares)) {
      throw new IllegalArgumentException(
          "the model's vector of " + of + " holds NaN or an infinite number");
    }
    return Math.sqrt(squares);
  }
}
