package io.sparkattention.rerank;

/**
 * A candidate with its place.
 *
 * @param passageId names the passage
 * @param score how relevant it is, in the strategy's own unit, higher is better; NaN with an error
 * @param rank its place, from 1
 * @param tokens as in {@link Relevance}; 0 with an error
 * @param chunks as in {@link Relevance}; 0 with an error
 * @param truncated as in {@link Relevance}
 * @param error why it has no score; null if it has one
 */
public record RankedCandidate(
    String passageId,
    double score,
    int rank,
    int tokens,
    int chunks,
    boolean truncated,
    String error) {

  /** Whether there is an error instead of a score. */
  public boolean failed() {
    return error != null;
  }
}
