package io.sparkattention.summarize;

import io.sparkattention.summarize.LexRankSummarizer.EdgeWeight;
import java.util.Arrays;
import java.util.List;

/**
 * The graph of a document's sentences: an edge joins two whose cosine is above a threshold, and
 * each sentence is joined to itself, as in LexRank (Erkan and Radev, 2004, arXiv:1109.2128).
 *
 * <p>Up to {@value #HELD} sentences the n x n edges are held (16 MiB). Beyond, every step of the
 * power iteration computes them again, {@value #BLOCK} rows at a time, so that memory stays linear;
 * the values are the same. A vector of zeros resembles nothing but itself.
 */
final class SentenceGraph {

  static final int HELD = 2048;
  private static final int BLOCK = 16;
  private static final int TILE = 512; // columns whose partial sums stay in the cache
  private static final int STEP = 4; // dimensions added up at once
  private static final double TOLERANCE = 1e-9;

  private final int n;
  private final float[][] columns; // (D rounded up to STEP, n), of unit vectors
  private final float threshold;
  private final EdgeWeight weight;
  private final float[][] held; // (n, n), or null

  /**
   * @param vectors one per sentence, of equal length
   * @param threshold the highest cosine that joins no sentences
   * @param weight what an edge weighs
   * @throws IllegalArgumentException if a vector holds NaN or an infinite number
   */
  SentenceGraph(List<float[]> vectors, double threshold, EdgeWeight weight) {
    this(vectors, threshold, weight, HELD);
  }

  SentenceGraph(List<float[]> vectors, double threshold, EdgeWeight weight, int mostHeld) {
    n = vectors.size();
    columns = transposedUnits(vectors);
    this.threshold = (float) threshold;
    this.weight = weight;
    if (n <= mostHeld) {
      held = new float[n][n];
      computeEdges(0, held);
    } else {
      held = null;
    }
  }

  /** The cosines of a sentence to all of them, (n); 1 to itself. */
  float[] cosines(int index) {
    float[][] row = new float[1][n];
    computeCosines(index, row);
    return row[0];
  }

  /**
   * How central each sentence is: where a walk over the edges is found that now and then jumps to
   * any sentence. It is computed by power iteration.
   *
   * @param damping the probability of a jump, above 0
   * @return the probabilities, (n), summing to 1
   */
  double[] centrality(double damping) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    double[] degrees = edgesTimes(ones);
    double[] centrality = new double[n];
    Arrays.fill(centrality, 1.0 / n);
    double[] shares = new double[n]; // what each sentence gives to one unit of edge weight
    double change = Double.POSITIVE_INFINITY;
    // Each step shrinks the distance to the answer by 1 - damping, or more: this bounds the steps.
    double bound = 2;
    while (change > TOLERANCE && bound > TOLERANCE) {
      for (int i = 0; i < n; i++) {
        shares[i] = centrality[i] / degrees[i];
      }
      double[] next = edgesTimes(shares);
      change = 0;
      for (int i = 0; i < n; i++) {
        next[i] = damping / n + (1 - damping) * next[i];
        change += Math.abs(next[i] - centrality[i]);
      }
      centrality = next;
      bound *= 1 - damping;
    }
    return centrality;
  }

  private double[] edgesTimes(double[] vector) {
    double[] product = new double[n];
    float[][] block = held == null ? new float[Math.min(BLOCK, n)][n] : null;
    for (int i = 0; i < n; i++) {
      float[] row;
      if (held == null) {
        if (i % BLOCK == 0) {
          computeEdges(i, block);
        }
        row = block[i % BLOCK];
      } else {
        row = held[i];
      }
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += row[j] * vector[j];
      }
      product[i] = sum;
    }
    return product;
  }

  private void computeEdges(int first, float[][] rows) {
    computeCosines(first, rows);
    for (int r = 0; r < rows.length && first + r < n; r++) {
      float[] row = rows[r];
      for (int j = 0; j < n; j++) {
        row[j] = row[j] <= threshold ? 0 : weight == EdgeWeight.UNIT ? 1 : row[j];
      }
    }
  }

  /** Rows {@code first, first + 1, ...} of the n x n cosines, as many as there are and fit. */
  private void computeCosines(int first, float[][] rows) {
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

  private static float[][] transposedUnits(List<float[]> vectors) {
    int dimension = vectors.isEmpty() ? 0 : vectors.get(0).length;
    float[][] columns = new float[(dimension + STEP - 1) / STEP * STEP][vectors.size()];
    for (int i = 0; i < vectors.size(); i++) {
      float[] vector = vectors.get(i);
      double squares = 0;
      for (float value : vector) {
        squares += (double) value * value;
      }
      if (!Double.isFinite(squares)) {
        throw new IllegalArgumentException(
            "the model's vector of sentence " + i + " holds NaN or an infinite number");
      }
      double norm = Math.sqrt(squares);
      for (int d = 0; d < dimension && norm > 0; d++) {
        columns[d][i] = (float) (vector[d] / norm);
      }
    }
    return columns;
  }
}
