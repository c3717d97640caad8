package io.sparkattention.attention;

/**
 * What the rows of a mechanism's matrix of weights are, and so what its logSumExp means; in the
 * order in which less and less is promised.
 */
public enum Weighting {
  /**
   * The softmax of the model's scores over the keys that are attended to; the logSumExp is theirs.
   */
  SOFTMAX,
  /**
   * Other weights that are not negative and of which every row sums to 1, such as those of a kernel
   * or of averaged keys. The logSumExp is the logarithm of what a row was divided by to sum to 1.
   */
  NORMALIZED,
  /**
   * Weights that need not sum to 1 and may be negative. The logSumExp is the logarithm of what a
   * row was divided by, 0 where it was not. Entropies and shares are not defined.
   */
  UNNORMALIZED
}
