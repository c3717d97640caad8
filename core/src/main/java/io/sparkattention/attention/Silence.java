package io.sparkattention.attention;

/** What stands in for the output of a head that is silenced. */
public enum Silence {
  /** Nothing: 0 (Michel, Levy and Neubig 2019, arXiv:1905.10650). */
  ZERO,
  /**
   * The head's mean over the queries of the sequence, which tells what it adds to every token but
   * not what it tells tokens apart by (mean ablation, as Wang et al. 2022, arXiv:2211.00593, use it
   * over other texts).
   */
  MEAN
}
