package io.sparkattention.rerank;

import io.sparkattention.model.Outcome;

/**
 * How relevant a passage is to a query.
 *
 * @param score in the strategy's own unit; higher is more relevant
 * @param tokens how many tokens of the passage were read, as the strategy counts them; a
 *     cross-encoder counts the query and special tokens too, and a model that is asked its prompt
 * @param chunks in how many pieces the passage was read; 0 where a stored embedding stood for it
 * @param truncated whether text was left out
 * @param answer what a model said that was asked; null where none was
 */
public record Relevance(double score, int tokens, int chunks, boolean truncated, Answer answer) {

  /** The outcome of a strategy that asks no model. */
  public Relevance(double score, int tokens, int chunks, boolean truncated) {
    this(score, tokens, chunks, truncated, null);
  }

  /** The same outcome, or an error if its score is no finite number. */
  static Outcome<Relevance> finite(Outcome<Relevance> outcome) {
    return outcome.failed() || Double.isFinite(outcome.value().score())
        ? outcome
        : Outcome.failure(
            "the score is " + outcome.value().score() + ", which is no finite number");
  }

  /** The same reading with another score. */
  Relevance scored(double other) {
    return new Relevance(other, tokens, chunks, truncated, answer);
  }
}
