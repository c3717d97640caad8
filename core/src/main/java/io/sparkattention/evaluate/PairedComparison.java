package io.sparkattention.evaluate;

import java.io.Serializable;

/**
 * Two runs over the same items, second minus first.
 *
 * @param difference mean of the items' differences with its interval; {@code missing} counts items
 *     that only one run has, or that one of them could not score
 * @param better items on which the second run is better
 * @param worse items on which it is worse
 * @param randomizationP two-sided p of the paired randomization test; 1 if no item differs, NaN
 *     without items
 * @param exact whether that is over all changes of signs, not over a sample
 * @param tP two-sided p of the paired t-test; 1 if no item differs, NaN with less than two items
 */
public record PairedComparison(
    Estimate difference, int better, int worse, double randomizationP, boolean exact, double tP)
    implements Serializable {

  /** Items on which both runs are equal. */
  public int ties() {
    return difference.n() - better - worse;
  }
}
