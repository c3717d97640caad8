package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.CacheOperators;

/** The part of a budget that belongs to the last keys, whatever they are worth. */
final class RecentShare {

  private RecentShare() {}

  static OptionCheck check(int budget, double share) {
    OptionCheck check = new OptionCheck().atLeast(1, "budget", budget);
    if (!(share >= 0 && share <= 1)) {
      check.problem("recent=%s must be between 0 and 1".formatted(share));
    }
    return check;
  }

  /** How many keys these are. */
  static int keys(int budget, double share) {
    return (int) Math.ceil(budget * share);
  }

  /**
   * Scores that keep the last keys of each row before all others.
   *
   * @param scores (B or 1, Hkv or 1, S) float32, below 2^24
   * @return (B, Hkv or 1, S) float32
   */
  static NDArray scores(CacheView view, NDArray scores, int keys) {
    return CacheOperators.on(view.scope().getDevice())
        .protectLast(view.scope(), scores, view.positions(), view.ends(), keys);
  }
}
