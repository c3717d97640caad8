package io.sparkattention.text;

/**
 * How much one batch may hold.
 *
 * @param maxTokens the most tokens in a batch
 * @param maxRows the most sequences in a batch
 * @param padding whether the padding of a rectangular batch counts as tokens
 */
public record TokenBudget(int maxTokens, int maxRows, Padding padding) {

  /** What short sequences cost in a batch with longer ones. */
  public enum Padding {
    /** Nothing: sequences are packed end to end. */
    FREE,
    /** As much as the longest sequence: the batch is a rectangle. */
    COUNTED
  }

  /**
   * Checks that something fits.
   *
   * @throws IllegalArgumentException if a maximum is less than 1
   */
  public TokenBudget {
    if (maxTokens < 1 || maxRows < 1) {
      throw new IllegalArgumentException(
          "A token budget needs at least one token and one row, but was given %d tokens and %d rows"
              .formatted(maxTokens, maxRows));
    }
  }

  /** A budget for packed batches of any number of sequences. */
  public static TokenBudget packed(int maxTokens) {
    return new TokenBudget(maxTokens, Integer.MAX_VALUE, Padding.FREE);
  }

  /** A budget for rectangular batches of any number of sequences. */
  public static TokenBudget padded(int maxTokens) {
    return new TokenBudget(maxTokens, Integer.MAX_VALUE, Padding.COUNTED);
  }

  /** Whether a batch with these sequences is within the budget. */
  boolean allows(int rows, long tokens, int longest) {
    long cost = padding == Padding.FREE ? tokens : (long) rows * longest;
    return rows <= maxRows && cost <= maxTokens;
  }
}
