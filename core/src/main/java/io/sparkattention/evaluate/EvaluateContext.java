package io.sparkattention.evaluate;

import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TokenEmbedder;
import java.util.Objects;

/** What a metric works with: models where they are loaded, counts where they were made. */
public final class EvaluateContext {

  private static final EvaluateContext EMPTY = new EvaluateContext(null, null, null);

  private final TextEmbedder embedder;
  private final TokenEmbedder tokenEmbedder;
  private final TokenFrequencies frequencies;

  private EvaluateContext(
      TextEmbedder embedder, TokenEmbedder tokenEmbedder, TokenFrequencies frequencies) {
    this.embedder = embedder;
    this.tokenEmbedder = tokenEmbedder;
    this.frequencies = frequencies;
  }

  /** A context that has nothing. */
  public static EvaluateContext empty() {
    return EMPTY;
  }

  /** This context with a model that embeds texts. */
  public EvaluateContext with(TextEmbedder embedder) {
    return new EvaluateContext(Objects.requireNonNull(embedder), tokenEmbedder, frequencies);
  }

  /** This context with a model that embeds the tokens of texts. */
  public EvaluateContext with(TokenEmbedder tokenEmbedder) {
    return new EvaluateContext(embedder, Objects.requireNonNull(tokenEmbedder), frequencies);
  }

  /** This context with what was counted in all references. */
  public EvaluateContext with(TokenFrequencies frequencies) {
    return new EvaluateContext(embedder, tokenEmbedder, Objects.requireNonNull(frequencies));
  }

  /**
   * Embeds texts.
   *
   * @throws IllegalStateException if no such model is loaded
   */
  public TextEmbedder embedder() {
    return required(embedder, "no model that embeds text is loaded: load one");
  }

  /**
   * Embeds the tokens of texts.
   *
   * @throws IllegalStateException if no such model is loaded
   */
  public TokenEmbedder tokenEmbedder() {
    return required(tokenEmbedder, "no model that embeds tokens is loaded: load one");
  }

  /**
   * In how many references each token occurs.
   *
   * @throws IllegalStateException if that was not counted
   */
  public TokenFrequencies frequencies() {
    return required(frequencies, "the tokens of the references were not counted: count them");
  }

  private static <T> T required(T part, String problem) {
    if (part == null) {
      throw new IllegalStateException(problem + ", or take a metric that does not need it");
    }
    return part;
  }
}
