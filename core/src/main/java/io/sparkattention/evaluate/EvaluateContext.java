package io.sparkattention.evaluate;

import io.sparkattention.model.TextEmbedder;
import java.util.Objects;

/** What a metric works with: models where they are loaded. */
public final class EvaluateContext {

  private static final EvaluateContext EMPTY = new EvaluateContext(null);

  private final TextEmbedder embedder;

  private EvaluateContext(TextEmbedder embedder) {
    this.embedder = embedder;
  }

  /** A context that has nothing. */
  public static EvaluateContext empty() {
    return EMPTY;
  }

  /** This context with a model that embeds texts. */
  public EvaluateContext with(TextEmbedder embedder) {
    return new EvaluateContext(Objects.requireNonNull(embedder));
  }

  /**
   * Embeds texts.
   *
   * @throws IllegalStateException if no such model is loaded
   */
  public TextEmbedder embedder() {
    if (embedder == null) {
      throw new IllegalStateException(
          "no model that embeds text is loaded: load one, or take a metric that needs none");
    }
    return embedder;
  }
}
