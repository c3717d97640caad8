package io.sparkattention.udfs.function;

import java.util.List;

/** The functions. */
public final class BatchedFunctions {

  /** {@code attention_stats(text[, options])}. */
  public static final BatchedFunction ATTENTION_STATS = new AttentionStatsFunction();

  /** {@code embed(text[, options])}. */
  public static final BatchedFunction EMBED = new EmbedFunction();

  /** {@code rerank_score(query, passage[, options])}. */
  public static final BatchedFunction RERANK_SCORE = new RerankScoreFunction();

  /** {@code summarize(text[, options])}. */
  public static final BatchedFunction SUMMARIZE = new SummarizeFunction();

  /** All of them, in the order of their names. */
  public static final List<BatchedFunction> ALL =
      List.of(ATTENTION_STATS, EMBED, RERANK_SCORE, SUMMARIZE);

  private BatchedFunctions() {}
}
