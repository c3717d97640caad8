package io.sparkattention.statistics;

/** What a statistic has to see, which is what it costs. */
public enum StatisticClass {
  /** Sums over each row of the weights: one pass of linear memory, shared with {@link #COLUMN}. */
  MOMENT("one pass of linear memory over each layer's weights, shared by moment and column"),
  /** Sums over each column of the weights: the same pass as {@link #MOMENT}. */
  COLUMN("one pass of linear memory over each layer's weights, shared by moment and column"),
  /** Whole rows of the weights, of a seeded sample of queries. */
  ROW("the sampled rows of each layer's weights, all keys wide"),
  /** Queries and keys of all layers at once. */
  REPLAY("queries and keys of all layers kept until the end of the forward pass"),
  /** Whole matrices of weights, of windows of at most 512 tokens. */
  BOUNDED("whole matrices of weights, in windows of at most 512 tokens"),
  /** Further forward passes with something changed. */
  EXPERIMENT("further forward passes"),
  /** The model's parameters, no text. */
  PARAMETERS("no forward pass");

  private final String cost;

  StatisticClass(String cost) {
    this.cost = cost;
  }

  /** What has to be computed beyond the plain forward pass. */
  public String cost() {
    return cost;
  }
}
