package io.sparkattention.rerank;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A query with the passages to order for it.
 *
 * @param queryId names the query in results
 * @param query its text; null or blank makes errors of all candidates
 * @param vector the query's embedding, made before by the model that reranks; null if there is none
 * @param candidates the passages, in any order
 */
public record RerankQuery(
    String queryId, String query, float[] vector, List<Candidate> candidates) {

  /**
   * A passage that may answer the query.
   *
   * @param passageId names the passage, once per query
   * @param text what it says
   * @param vector the passage's embedding, made before by the model that reranks; null if there is
   *     none
   * @param earlier its place in an earlier ranking, lower ones are better; NaN if it has none
   */
  public record Candidate(String passageId, String text, float[] vector, double earlier) {

    /** A passage that no earlier ranking has. */
    public Candidate(String passageId, String text, float[] vector) {
      this(passageId, text, vector, Double.NaN);
    }

    /** A passage without a stored embedding, that no earlier ranking has. */
    public Candidate(String passageId, String text) {
      this(passageId, text, null);
    }
  }

  public RerankQuery {
    candidates = Collections.unmodifiableList(new ArrayList<>(candidates));
  }

  /** A query without a stored embedding. */
  public RerankQuery(String queryId, String query, List<Candidate> candidates) {
    this(queryId, query, null, candidates);
  }

  /** This query with other candidates. */
  RerankQuery of(List<Candidate> others) {
    return new RerankQuery(queryId, query, vector, others);
  }
}
