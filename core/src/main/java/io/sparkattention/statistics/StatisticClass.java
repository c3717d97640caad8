package io.sparkattention.statistics;

/** What a statistic has to see, which is what it costs. */
public enum StatisticClass {
  /** Sums over each row of the weights: one pass of linear memory, shared with {@link #COLUMN}. */
  MOMENT(
      "one pass of linear memory over each layer's weights, shared by moment and column",
      "with all of them a text takes 1.1 to 2.3 times its forward pass on a CPU; on a GPU 6 to 8"
          + " times, which is 2 times with tokenization"),
  /** Sums over each column of the weights: the same pass as {@link #MOMENT}. */
  COLUMN(
      "one pass of linear memory over each layer's weights, shared by moment and column",
      "with all of them and all moments a text takes 1.8 to 2.5 times its forward pass on a CPU;"
          + " on a GPU 9 to 10 times, which is 2.3 to 2.8 times with tokenization"),
  /** Whole rows of the weights, of a seeded sample of queries. */
  ROW(
      "the sampled rows of each layer's weights, all keys wide",
      "with all of them a text takes 2 to 3 times its forward pass on a CPU where 64 rows are"
          + " sampled; not measured on a GPU"),
  /** Queries and keys of all layers at once. */
  REPLAY(
      "queries and keys of all layers kept until the end of the forward pass",
      "with nine of them 1,024 tokens took 14 times their forward pass on a CPU; not measured on a"
          + " GPU; and 12 bytes for each token, layer and column of the hidden states"),
  /** Whole matrices of weights, of windows of at most 512 tokens. */
  BOUNDED(
      "whole matrices of weights, in windows of at most 512 tokens",
      "with four of them 1,024 tokens took 45 times their forward pass on a CPU; not measured on a"
          + " GPU; it grows with the square of the window or faster"),
  /** Further forward passes with something changed. */
  EXPERIMENT("further forward passes", "as many forward passes as are told below"),
  /** The model's parameters, no text. */
  PARAMETERS("no forward pass", "some seconds once for the model");

  private final String cost;
  private final String predicted;

  StatisticClass(String cost, String predicted) {
    this.cost = cost;
    this.predicted = predicted;
  }

  /** What has to be computed beyond the plain forward pass. */
  public String cost() {
    return cost;
  }

  /**
   * About how much that is, as docs/evidence/statistics-cost-cpu-2026-11-23.md measured it on a CPU
   * and statistics-gpu-2026-11-23.md on a GPU; of experiments see {@link
   * ExperimentStatistic#passes}.
   */
  public String predicted() {
    return predicted;
  }
}
