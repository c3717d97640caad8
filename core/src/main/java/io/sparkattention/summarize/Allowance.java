package io.sparkattention.summarize;

/**
 * What is left of a budget while the sentences of one source are picked. Not for several threads.
 */
public final class Allowance {

  private final int[] costs; // (n)
  private long left;

  /**
   * @param costs what each sentence costs, at least 1
   * @param limit what may be spent
   */
  Allowance(int[] costs, long limit) {
    this.costs = costs;
    this.left = limit;
  }

  /** How many sentences there are. */
  int size() {
    return costs.length;
  }

  /** Whether a sentence fits into what is left; once it does not it never will. */
  public boolean fits(int sentence) {
    return costs[sentence] <= left;
  }

  /**
   * Takes a sentence.
   *
   * @throws IllegalArgumentException if it does not fit
   */
  public void take(int sentence) {
    if (!fits(sentence)) {
      throw new IllegalArgumentException(
          "sentence " + sentence + " costs " + costs[sentence] + ", but only " + left + " is left");
    }
    left -= costs[sentence];
  }
}
