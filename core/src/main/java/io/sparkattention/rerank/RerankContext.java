package io.sparkattention.rerank;

import io.sparkattention.model.PairScorer;
import io.sparkattention.model.TextEmbedder;
import java.util.Objects;
import java.util.Optional;

/** What a reranker works with: models where they are loaded, statistics where they are known. */
public final class RerankContext {

  private static final RerankContext EMPTY = new RerankContext(null, null, null);

  private final TextEmbedder embedder;
  private final PairScorer pairScorer;
  private final CorpusStatistics statistics;

  private RerankContext(TextEmbedder embedder, PairScorer pairScorer, CorpusStatistics statistics) {
    this.embedder = embedder;
    this.pairScorer = pairScorer;
    this.statistics = statistics;
  }

  /** A context that has nothing. */
  public static RerankContext empty() {
    return EMPTY;
  }

  /** This context with a model that embeds texts. */
  public RerankContext with(TextEmbedder embedder) {
    return new RerankContext(Objects.requireNonNull(embedder), pairScorer, statistics);
  }

  /** This context with a model that scores pairs. */
  public RerankContext with(PairScorer pairScorer) {
    return new RerankContext(embedder, Objects.requireNonNull(pairScorer), statistics);
  }

  /** This context with what was counted in all passages. */
  public RerankContext with(CorpusStatistics statistics) {
    return new RerankContext(embedder, pairScorer, Objects.requireNonNull(statistics));
  }

  /**
   * Embeds queries and passages.
   *
   * @throws IllegalStateException if no such model is loaded
   */
  public TextEmbedder embedder() {
    if (embedder == null) {
      throw new IllegalStateException(
          "no model that embeds text is loaded: load one, or rerank by bm25, which needs none");
    }
    return embedder;
  }

  /**
   * Scores pairs of a query and a passage.
   *
   * @throws IllegalStateException if no such model is loaded
   */
  public PairScorer pairScorer() {
    if (pairScorer == null) {
      throw new IllegalStateException(
          "no model that scores pairs is loaded: load a cross-encoder, or rerank by bi-encoder or"
              + " bm25");
    }
    return pairScorer;
  }

  /** What was counted in all passages, if it was. */
  public Optional<CorpusStatistics> statistics() {
    return Optional.ofNullable(statistics);
  }
}
