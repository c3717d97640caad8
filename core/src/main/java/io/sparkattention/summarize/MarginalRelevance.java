package io.sparkattention.summarize;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Maximal marginal relevance: picks one after the other what is relevant and unlike what was picked
 * before (Carbonell and Goldstein, SIGIR 1998). The redundancy control of all strategies that have
 * one.
 */
final class MarginalRelevance {

  private MarginalRelevance() {}

  /**
   * Picks the item that maximizes {@code lambda * relevance - (1 - lambda) * highest likeness to
   * any picked item} among those that fit, again and again until nothing fits. Of equal items the
   * first is picked.
   *
   * @param allowance what may be picked; spent here
   * @param relevance of each item, at most 1 to be on the scale of likeness, (n)
   * @param likeness of an item to all of them, at most 1, (n); not asked for if lambda is 1
   * @param lambda share of relevance, 0 to 1
   * @return the items in the order in which they were picked
   * @throws IllegalArgumentException if the relevance of an item is not a number, or nothing fits
   */
  static int[] choose(
      Allowance allowance, double[] relevance, IntFunction<float[]> likeness, double lambda) {
    requireNumbers(relevance);
    int n = relevance.length;
    int[] picked = new int[n];
    int count = 0;
    boolean[] used = new boolean[n];
    double[] redundancy = new double[n]; // highest likeness to any picked item
    while (true) {
      int best = -1;
      double bestValue = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        double value = lambda * relevance[i] - (1 - lambda) * redundancy[i];
        if (!used[i] && value > bestValue && allowance.fits(i)) {
          best = i;
          bestValue = value;
        }
      }
      if (best < 0) {
        break;
      }
      allowance.take(best);
      used[best] = true;
      if (lambda < 1) {
        float[] row = likeness.apply(best); // (n)
        for (int i = 0; i < n; i++) {
          redundancy[i] = count == 0 ? row[i] : Math.max(redundancy[i], row[i]);
        }
      }
      picked[count++] = best;
    }
    if (count == 0) {
      throw new IllegalArgumentException("no sentence that was read fits into the budget");
    }
    return Arrays.copyOf(picked, count);
  }

  /** Picks by relevance alone. */
  static int[] choose(Allowance allowance, double[] relevance) {
    return choose(allowance, relevance, null, 1);
  }

  /** The relevance of items, divided by the highest; unchanged if that is not positive. */
  static double[] ofHighest(double[] relevance) {
    double highest = Arrays.stream(relevance).max().orElse(1);
    return highest > 0
        ? Arrays.stream(relevance).map(value -> value / highest).toArray()
        : relevance;
  }

  /**
   * Checks the option that strategies pass on.
   *
   * @throws IllegalArgumentException if it is outside 0 to 1
   */
  static void requireShare(double lambda) {
    if (!(lambda >= 0 && lambda <= 1)) {
      throw new IllegalArgumentException("lambda must be 0 to 1, but is " + lambda);
    }
  }

  private static void requireNumbers(double[] relevance) {
    for (int i = 0; i < relevance.length; i++) {
      if (!Double.isFinite(relevance[i])) {
        throw new IllegalArgumentException(
            "the score of sentence " + i + " is " + relevance[i] + ": the model gave no number");
      }
    }
  }
}
