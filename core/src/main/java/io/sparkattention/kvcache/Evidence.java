package io.sparkattention.kvcache;

import io.sparkattention.registry.OptionCheck;

/**
 * What a policy wants to know of the attention that keys have received: a weighted sum over the
 * queries of a call, head by head, which never takes more room than the keys.
 *
 * @param rows how many of the last queries of a sequence count
 * @param decay what the weights of a query are multiplied with for each query after it
 * @param kernel over how many neighbouring keys the sum is averaged; odd, 1 for none
 */
public record Evidence(Kind kind, int rows, double decay, int kernel) {

  /** When evidence is taken and how long it holds. */
  public enum Kind {
    /** Never. */
    NONE,
    /** From every call, forgotten after it. */
    LAST_ROWS,
    /** From calls of several tokens, kept until the next such call. */
    PROMPT_ROWS,
    /** From every call, added up. */
    COLUMN_MASS
  }

  /** Nothing. */
  public static final Evidence NONE = new Evidence(Kind.NONE, 0, 1, 1);

  /**
   * Scores from here on are no masses: they keep a key before any that is weighed. A power of two,
   * so that its multiples by positions are exact.
   */
  static final double PROTECTED = 1 << 24;

  public Evidence {
    OptionCheck check = new OptionCheck().atLeast(0, "rows", rows).atLeast(1, "kernel", kernel);
    if (!(decay > 0 && decay <= 1)) {
      check.problem("decay=%s must be above 0 and at most 1".formatted(decay));
    }
    if (kernel % 2 == 0) {
      check.problem("kernel=%d must be odd".formatted(kernel));
    }
    check.done();
  }

  /** The weights of the last queries of each call. */
  public static Evidence lastRows(int rows) {
    return new Evidence(Kind.LAST_ROWS, rows, 1, 1);
  }

  /** The weights of the last queries of a prompt, averaged over neighbouring keys. */
  public static Evidence promptRows(int rows, int kernel) {
    return new Evidence(Kind.PROMPT_ROWS, rows, 1, kernel);
  }

  /** The weights of all queries so far, shrinking with every query that follows. */
  public static Evidence columnMass(double decay) {
    return new Evidence(Kind.COLUMN_MASS, Integer.MAX_VALUE, decay, 1);
  }

  /** Whether there is any. */
  public boolean isTaken() {
    return kind != Kind.NONE;
  }

  /** Whether it outlasts a call. */
  boolean isKept() {
    return kind == Kind.PROMPT_ROWS || kind == Kind.COLUMN_MASS;
  }

  /** How many of the last queries of a sequence count in a call. */
  public int rowsOf(int queries) {
    return kind == Kind.PROMPT_ROWS && queries < 2 ? 0 : Math.min(rows, queries);
  }

  /** What earlier evidence is multiplied with before that of a call is added. */
  float retained(int queries) {
    return switch (kind) {
      case NONE, LAST_ROWS -> 0;
      case PROMPT_ROWS -> queries < 2 ? 1 : 0;
      case COLUMN_MASS -> (float) Math.pow(decay, queries);
    };
  }

  /** What a key is worth before any evidence of it, for each token before it in its text. */
  double prior() {
    return kind == Kind.PROMPT_ROWS ? PROTECTED : 0;
  }
}
