package io.sparkattention.summarize;

import java.util.List;
import java.util.Optional;

/**
 * The summary of a source.
 *
 * @param text what it says; of an extractive summary the sentences, with a space between two
 * @param sentences the source's own sentences that were chosen, by document and in their order;
 *     none where a model wrote the summary
 * @param tokensIn how many tokens the model read, special tokens included; 0 without a model
 * @param tokensOut how many of these belong to the sentences that were chosen, or how many the
 *     model wrote
 * @param chunks in how many pieces the model read the source: one per sentence or document, more
 *     for one longer than the model; 0 without a model
 * @param truncated whether text was left out before anything was chosen or written
 * @param writing how a model wrote it; null for a summary of sentences that were chosen
 */
public record Summary(
    String text,
    List<SummarySentence> sentences,
    int tokensIn,
    int tokensOut,
    int chunks,
    boolean truncated,
    Written writing) {

  public Summary {
    sentences = List.copyOf(sentences);
  }

  /** A summary of sentences that were chosen. */
  public Summary(
      String text,
      List<SummarySentence> sentences,
      int tokensIn,
      int tokensOut,
      int chunks,
      boolean truncated) {
    this(text, sentences, tokensIn, tokensOut, chunks, truncated, null);
  }

  /** How a model wrote it; empty for a summary of sentences that were chosen. */
  public Optional<Written> written() {
    return Optional.ofNullable(writing);
  }
}
