package io.sparkattention.rerank;

import java.util.Iterator;
import java.util.Set;

/**
 * A reranker that weighs terms by how rare they are in a collection. It takes the collection's
 * statistics from {@link RerankContext#statistics}; without any, the scorable candidates of each
 * query are its collection.
 */
public interface LexicalReranker extends Reranker {

  /** The terms of a query, which are all whose frequencies are of interest; none if it is null. */
  Set<String> terms(String query);

  /**
   * Counts in a part of the collection.
   *
   * @param passages texts, each passage once; null and blank ones count as no passage
   * @param terms the terms of all queries
   */
  CorpusStatistics count(Iterator<String> passages, Set<String> terms);
}
