package io.sparkattention.evaluate;

/**
 * Measures how well one query's documents are ordered, as trec_eval defines it: a document counts
 * as relevant from relevance 1 on, an unjudged one does not, and a query without relevant documents
 * or without results scores 0.
 */
public non-sealed interface RankingMetric extends Metric {

  /** The score of one query, 0 to 1. */
  double score(JudgedRanking ranking);
}
