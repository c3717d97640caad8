package io.sparkattention.rerank;

import io.sparkattention.model.PairScorer;
import io.sparkattention.model.TextEmbedder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a reranker works with: models where they are loaded, statistics where they are known. */
public final class RerankContext {

  private static final RerankContext EMPTY =
      new RerankContext(null, null, Map.of(), (reused, embedded) -> {});

  private final TextEmbedder embedder;
  private final PairScorer pairScorer;
  private final Map<TermAnalysis, CorpusStatistics> statistics;
  private final EmbeddingCounter counter;

  private RerankContext(
      TextEmbedder embedder,
      PairScorer pairScorer,
      Map<TermAnalysis, CorpusStatistics> statistics,
      EmbeddingCounter counter) {
    this.embedder = embedder;
    this.pairScorer = pairScorer;
    this.statistics = statistics;
    this.counter = counter;
  }

  /** A context that has nothing. */
  public static RerankContext empty() {
    return EMPTY;
  }

  /** This context with a model that embeds texts. */
  public RerankContext with(TextEmbedder embedder) {
    return new RerankContext(Objects.requireNonNull(embedder), pairScorer, statistics, counter);
  }

  /** This context with a model that scores pairs. */
  public RerankContext with(PairScorer pairScorer) {
    return new RerankContext(embedder, Objects.requireNonNull(pairScorer), statistics, counter);
  }

  /** This context with what was counted in all passages that one analysis took apart. */
  public RerankContext with(TermAnalysis analysis, CorpusStatistics counted) {
    Map<TermAnalysis, CorpusStatistics> all = new EnumMap<>(TermAnalysis.class);
    all.putAll(statistics);
    all.put(analysis, Objects.requireNonNull(counted));
    return new RerankContext(embedder, pairScorer, all, counter);
  }

  /** This context with one that is told how many vectors were reused. */
  public RerankContext with(EmbeddingCounter counter) {
    return new RerankContext(embedder, pairScorer, statistics, Objects.requireNonNull(counter));
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

  /** What was counted in all passages that an analysis took apart, if it was. */
  public Optional<CorpusStatistics> statistics(TermAnalysis analysis) {
    return Optional.ofNullable(statistics.get(analysis));
  }

  /** Is told how many vectors were reused; nobody listens if none was given. */
  public EmbeddingCounter counter() {
    return counter;
  }
}
