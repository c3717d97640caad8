package io.sparkattention.summarize;

import io.sparkattention.model.TextEmbedder;
import io.sparkattention.text.SentenceSplitter;
import java.util.Objects;

/** What a summarizer works with: a sentence splitter, and a model where one is loaded. */
public final class SummarizeContext {

  private final SentenceSplitter splitter;
  private final TextEmbedder embedder;

  private SummarizeContext(SentenceSplitter splitter, TextEmbedder embedder) {
    this.splitter = Objects.requireNonNull(splitter, "splitter");
    this.embedder = embedder;
  }

  /** A context for strategies that need no model. */
  public static SummarizeContext withoutModel(SentenceSplitter splitter) {
    return new SummarizeContext(splitter, null);
  }

  /** A context with a model that embeds sentences. */
  public static SummarizeContext of(SentenceSplitter splitter, TextEmbedder embedder) {
    return new SummarizeContext(splitter, Objects.requireNonNull(embedder, "embedder"));
  }

  /** Finds sentences. */
  public SentenceSplitter splitter() {
    return splitter;
  }

  /**
   * Embeds sentences.
   *
   * @throws IllegalStateException if no model is loaded
   */
  public TextEmbedder embedder() {
    if (embedder == null) {
      throw new IllegalStateException(
          "no model that embeds text is loaded: load one, or summarize by a strategy that needs none,"
              + " such as lead");
    }
    return embedder;
  }
}
