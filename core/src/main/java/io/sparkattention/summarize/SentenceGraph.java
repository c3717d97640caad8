package io.sparkattention.summarize;

import io.sparkattention.summarize.LexRankSummarizer.EdgeWeight;
import java.util.Arrays;

/**
 * The graph of a source's sentences: an edge joins two whose cosine is above a threshold, and each
 * sentence is joined to itself, as in LexRank (Erkan and Radev, 2004, arXiv:1109.2128).
 *
 * <p>Up to {@value #HELD} sentences the n x n edges are held (16 MiB). Beyond, every step of the
 * power iteration computes them again, {@value #BLOCK} rows at a time, so that memory stays linear;
 * the values are the same.
 */
final class SentenceGraph {

  static final int HELD = 2048;
  private static final int BLOCK = 16;
  private static final double TOLERANCE = 1e-9;

  private final int n;
  private final UnitVectors vectors;
  private final float threshold;
  private final EdgeWeight weight;
  private final float[][] held; // (n, n), or null

  /**
   * @param vectors one per sentence
   * @param threshold the highest cosine that joins no sentences
   * @param weight what an edge weighs
   */
  SentenceGraph(UnitVectors vectors, double threshold, EdgeWeight weight) {
    this(vectors, threshold, weight, HELD);
  }

  SentenceGraph(UnitVectors vectors, double threshold, EdgeWeight weight, int mostHeld) {
    n = vectors.size();
    this.vectors = vectors;
    this.threshold = (float) threshold;
    this.weight = weight;
    if (n <= mostHeld) {
      held = new float[n][n];
      computeEdges(0, held);
    } else {
      held = null;
    }
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
    vectors.cosines(first, rows);
    for (int r = 0; r < rows.length && first + r < n; r++) {
      float[] row = rows[r];
      for (int j = 0; j < n; j++) {
        row[j] = row[j] <= threshold ? 0 : weight == EdgeWeight.UNIT ? 1 : row[j];
      }
      row[first + r] = 1; // every sentence is joined to itself, however its cosine is rounded
    }
  }
}
