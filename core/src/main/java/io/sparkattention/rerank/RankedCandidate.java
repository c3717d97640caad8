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
 * @param answer as in {@link Relevance}; null with an error
 * @param error why it has no score; null if it has one
 */
public record RankedCandidate(
    String passageId,
    double score,
    int rank,
    int tokens,
    int chunks,
    boolean truncated,
    Answer answer,
    String error) {

  /** A candidate of which no model was asked. */
  public RankedCandidate(
      String passageId,
      double score,
      int rank,
      int tokens,
      int chunks,
      boolean truncated,
      String error) {
    this(passageId, score, rank, tokens, chunks, truncated, null, error);
  }

  /** Whether there is an error instead of a score. */
  public boolean failed() {
    return error != null;
  }

  /** The same at another place. */
  RankedCandidate at(int other) {
    return new RankedCandidate(passageId, score, other, tokens, chunks, truncated, answer, error);
  }
}
