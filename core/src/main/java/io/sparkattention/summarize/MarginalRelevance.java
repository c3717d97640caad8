package io.sparkattention.summarize;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Maximal marginal relevance: picks one after the other what is relevant and unlike what was picked
 * before (Carbonell and Goldstein, SIGIR 1998).
 */
final class MarginalRelevance {

  private MarginalRelevance() {}

  /**
   * Picks the item that maximizes {@code lambda * relevance - (1 - lambda) * highest cosine to any
   * picked item}, again and again. Relevance is divided by its maximum, so that both are at most 1.
   * Of equal items the first is picked.
   *
   * @param count how many to pick; all of them where there are fewer
   * @param relevance of each item, positive, (n)
   * @param cosines the cosines of an item to all of them, (n)
   * @param lambda share of relevance, 0 to 1
   * @return the items in the order in which they were picked
   */
  static int[] choose(int count, double[] relevance, IntFunction<float[]> cosines, double lambda) {
    int n = relevance.length;
    double highest = Arrays.stream(relevance).max().orElse(1);
    int[] picked = new int[Math.min(count, n)];
    boolean[] used = new boolean[n];
    double[] redundancy = new double[n]; // highest cosine to any picked item
    for (int k = 0; k < picked.length; k++) {
      int best = -1;
      double bestValue = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        double value = lambda * relevance[i] / highest - (1 - lambda) * redundancy[i];
        if (!used[i] && value > bestValue) {
          best = i;
          bestValue = value;
        }
      }
      picked[k] = best;
      used[best] = true;
      float[] row = cosines.apply(best); // (n)
      for (int i = 0; i < n; i++) {
        redundancy[i] = k == 0 ? row[i] : Math.max(redundancy[i], row[i]);
      }
    }
    return picked;
  }
}
