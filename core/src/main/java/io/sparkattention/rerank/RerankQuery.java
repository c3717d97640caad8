package io.sparkattention.rerank;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A query with the passages to order for it.
 *
 * @param queryId names the query in results
 * @param query its text; null or blank makes errors of all candidates
 * @param candidates the passages, in any order
 */
public record RerankQuery(String queryId, String query, List<Candidate> candidates) {

  /**
   * A passage that may answer the query.
   *
   * @param passageId names the passage, once per query
   * @param text what it says
   */
  public record Candidate(String passageId, String text) {}

  public RerankQuery {
    candidates = Collections.unmodifiableList(new ArrayList<>(candidates));
  }
}
