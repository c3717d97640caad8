package io.sparkattention.jobs.output;

/**
 * What was written.
 *
 * @param inputs how many keys
 * @param rows how many rows
 * @param errors how many keys have an error
 * @param truncated how many keys had text left out
 * @param tokensIn how many tokens were read
 */
public record Counts(long inputs, long rows, long errors, long truncated, long tokensIn) {

  public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

  /** Both together. */
  public Counts plus(Counts other) {
    return new Counts(
        inputs + other.inputs,
        rows + other.rows,
        errors + other.errors,
        truncated + other.truncated,
        tokensIn + other.tokensIn);
  }

  /** What is in these and not in others. */
  Counts minus(Counts other) {
    return new Counts(
        inputs - other.inputs,
        rows - other.rows,
        errors - other.errors,
        truncated - other.truncated,
        tokensIn - other.tokensIn);
  }

  /** The share of keys that have an error. */
  public double errorRate() {
    return inputs == 0 ? 0 : (double) errors / inputs;
  }
}
