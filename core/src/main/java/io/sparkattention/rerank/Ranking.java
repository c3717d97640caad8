package io.sparkattention.rerank;

import java.util.List;

/**
 * A query's candidates in their order.
 *
 * @param queryId names the query
 * @param candidates all candidates that were given; ranks count from 1
 */
public record Ranking(String queryId, List<RankedCandidate> candidates) {

  public Ranking {
    candidates = List.copyOf(candidates);
  }
}
