package io.sparkattention.summarize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Maximal marginal relevance: picks one after the other what is relevant and unlike what was picked
 * before (Carbonell and Goldstein, SIGIR 1998). The redundancy control of all strategies that have
 * one.
 */
final class MarginalRelevance {

  /** What each item is worth beside those that were picked. */
  interface Relevance {

    /**
     * The relevance of all items, at most 1 to be on the scale of likeness, (n).
     *
     * @param picked the items that were picked so far, in the order of picking
     */
    double[] given(List<Integer> picked);
  }

  /**
   * Values that differ by less are equal: what the same text gives in batches of other company. A
   * sentence that stands twice in a source thus has equal values, and the earlier one is picked.
   */
  static final double ROUNDING = 1e-6;

  private MarginalRelevance() {}

  /**
   * Picks the item that maximizes {@code lambda * relevance - (1 - lambda) * highest likeness to
   * any picked item} among those that fit, again and again until nothing fits. Of items that are
   * equal but for rounding the first is picked.
   *
   * @param allowance what may be picked; spent here
   * @param relevance of each item; asked for before each pick
   * @param likeness of an item to all of them, at most 1, (n); not asked for if lambda is 1
   * @param lambda share of relevance, 0 to 1
   * @return the items in the order in which they were picked
   * @throws IllegalArgumentException if the relevance of an item is not a number, or nothing fits
   */
  static int[] choose(
      Allowance allowance, Relevance relevance, IntFunction<float[]> likeness, double lambda) {
    List<Integer> picked = new ArrayList<>();
    boolean[] used = new boolean[allowance.size()];
    double[] redundancy = new double[allowance.size()]; // highest likeness to any picked item
    int best = best(allowance, relevance.given(picked), redundancy, lambda, used);
    while (best >= 0) {
      allowance.take(best);
      used[best] = true;
      if (lambda < 1) {
        float[] row = likeness.apply(best); // (n)
        for (int i = 0; i < row.length; i++) {
          redundancy[i] = picked.isEmpty() ? row[i] : Math.max(redundancy[i], row[i]);
        }
      }
      picked.add(best);
      best = best(allowance, relevance.given(picked), redundancy, lambda, used);
    }
    if (picked.isEmpty()) {
      throw new IllegalArgumentException("no sentence that was read fits into the budget");
    }
    return picked.stream().mapToInt(item -> item).toArray();
  }

  /** As above, with a relevance that does not depend on what was picked. */
  static int[] choose(
      Allowance allowance, double[] relevance, IntFunction<float[]> likeness, double lambda) {
    return choose(allowance, picked -> relevance, likeness, lambda);
  }

  /** Picks by relevance alone. */
  static int[] choose(Allowance allowance, double[] relevance) {
    return choose(allowance, picked -> relevance, null, 1);
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

  /** The best item that is left and fits, or -1. */
  private static int best(
      Allowance allowance, double[] relevance, double[] redundancy, double lambda, boolean[] used) {
    int best = -1;
    double bestValue = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < relevance.length; i++) {
      if (!Double.isFinite(relevance[i])) {
        throw new IllegalArgumentException(
            "the score of sentence " + i + " is " + relevance[i] + ": the model gave no number");
      }
      double value = lambda * relevance[i] - (1 - lambda) * redundancy[i];
      if (value > bestValue + ROUNDING && !used[i] && allowance.fits(i)) {
        best = i;
        bestValue = value;
      }
    }
    return best;
  }
}
