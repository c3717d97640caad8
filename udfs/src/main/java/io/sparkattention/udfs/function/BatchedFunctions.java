package io.sparkattention.udfs.function;

import java.util.List;

/** The functions. */
public final class BatchedFunctions {

  /** All of them, in the order of their names. */
  public static final List<BatchedFunction> ALL =
      List.of(
          new AttentionStatsFunction(),
          new EmbedFunction(),
          new RerankScoreFunction(),
          new SummarizeFunction());

  private BatchedFunctions() {}
}
