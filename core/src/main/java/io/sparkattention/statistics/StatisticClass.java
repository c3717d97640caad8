package io.sparkattention.statistics;

/** What a statistic has to see, which is what it costs. */
public enum StatisticClass {
  /** Sums over each row of the weights: one pass of linear memory, shared with {@link #COLUMN}. */
  MOMENT(
      "one pass of linear memory over each layer's weights, shared by moment and column",
      "1 to 1.5 times a forward pass for all of them together"),
  /** Sums over each column of the weights: the same pass as {@link #MOMENT}. */
  COLUMN(
      "one pass of linear memory over each layer's weights, shared by moment and column",
      "1 to 1.5 times a forward pass for all of them together"),
  /** Whole rows of the weights, of a seeded sample of queries. */
  ROW(
      "the sampled rows of each layer's weights, all keys wide",
      "1 to 2 times a forward pass where 64 rows are sampled"),
  /** Queries and keys of all layers at once. */
  REPLAY(
      "queries and keys of all layers kept until the end of the forward pass",
      "some ten times a forward pass, and 12 bytes for each token, layer and column of the hidden"
          + " states"),
  /** Whole matrices of weights, of windows of at most 512 tokens. */
  BOUNDED(
      "whole matrices of weights, in windows of at most 512 tokens",
      "many times a forward pass: it grows with the square of the window or faster"),
  /** Further forward passes with something changed. */
  EXPERIMENT("further forward passes", "as many forward passes as there are heads or tokens"),
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

  /** About how much that is. */
  public String predicted() {
    return predicted;
  }
}
