package io.sparkattention.evaluate;

/** How far down a ranking a metric looks. */
final class RankingCutoff {

  private RankingCutoff() {}

  /** How many of so many documents are among the first k; all of them if k is 0. */
  static int depth(int k, int documents) {
    return k == 0 ? documents : Math.min(k, documents);
  }

  /**
   * Checks a cut-off.
   *
   * @throws IllegalArgumentException if it is below the least that the metric takes
   */
  static void check(int k, int least) {
    if (k < least) {
      throw new IllegalArgumentException(
          "k must be at least " + least + (least == 0 ? " (0: all ranks)" : "") + ", but is " + k);
    }
  }
}
