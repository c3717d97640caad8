package io.sparkattention.rerank;

import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.ChunkEmbedder;
import io.sparkattention.model.ModelRole;
import io.sparkattention.model.PairScorer;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TokenEmbedder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What a reranker works with: models where they are loaded, statistics where they are known. */
public final class RerankContext {

  private static final RerankContext EMPTY =
      new RerankContext(Map.of(), Map.of(), (reused, embedded) -> {});

  private final Map<ModelRole, Object> models;
  private final Map<TermAnalysis, CorpusStatistics> statistics;
  private final EmbeddingCounter counter;

  private RerankContext(
      Map<ModelRole, Object> models,
      Map<TermAnalysis, CorpusStatistics> statistics,
      EmbeddingCounter counter) {
    this.models = models;
    this.statistics = statistics;
    this.counter = counter;
  }

  /** A context that has nothing. */
  public static RerankContext empty() {
    return EMPTY;
  }

  /** This context with a model that embeds texts. */
  public RerankContext with(TextEmbedder embedder) {
    return with(ModelRole.EMBEDDER, embedder);
  }

  /** This context with a model that scores pairs. */
  public RerankContext with(PairScorer pairScorer) {
    return with(ModelRole.PAIR_SCORER, pairScorer);
  }

  /** This context with a model that embeds the tokens of texts. */
  public RerankContext with(TokenEmbedder tokenEmbedder) {
    return with(ModelRole.TOKEN_EMBEDDER, tokenEmbedder);
  }

  /** This context with a model that embeds the chunks of texts. */
  public RerankContext with(ChunkEmbedder chunkEmbedder) {
    return with(ModelRole.CHUNK_EMBEDDER, chunkEmbedder);
  }

  /**
   * This context with a model that generates texts.
   *
   * @throws IllegalArgumentException if it has a chat template that cannot be used
   */
  public RerankContext with(TextGenerator generator) {
    return with(InstructedModel.of(generator));
  }

  /** This context with a model that is told what to do. */
  public RerankContext with(InstructedModel model) {
    return with(ModelRole.GENERATOR, model);
  }

  private RerankContext with(ModelRole role, Object model) {
    Map<ModelRole, Object> all = new EnumMap<>(ModelRole.class);
    all.putAll(models);
    all.put(role, Objects.requireNonNull(model));
    return new RerankContext(all, statistics, counter);
  }

  /** This context with what was counted in all passages that one analysis took apart. */
  public RerankContext with(TermAnalysis analysis, CorpusStatistics counted) {
    Map<TermAnalysis, CorpusStatistics> all = new EnumMap<>(TermAnalysis.class);
    all.putAll(statistics);
    all.put(analysis, Objects.requireNonNull(counted));
    return new RerankContext(models, all, counter);
  }

  /** This context with one that is told how many vectors were reused. */
  public RerankContext with(EmbeddingCounter counter) {
    return new RerankContext(models, statistics, Objects.requireNonNull(counter));
  }

  /**
   * Embeds queries and passages.
   *
   * @throws IllegalStateException if no such model is loaded
   */
  public TextEmbedder embedder() {
    return (TextEmbedder)
        model(
            ModelRole.EMBEDDER,
            "no model that embeds text is loaded: load one, or rerank by bm25, which needs none");
  }

  /**
   * Scores pairs of a query and a passage.
   *
   * @throws IllegalStateException if no such model is loaded
   */
  public PairScorer pairScorer() {
    return (PairScorer)
        model(
            ModelRole.PAIR_SCORER,
            "no model that scores pairs is loaded: load a cross-encoder, or rerank by bi-encoder"
                + " or bm25");
  }

  /**
   * Embeds the tokens of queries and passages.
   *
   * @throws IllegalStateException if no such model is loaded
   */
  public TokenEmbedder tokenEmbedder() {
    return (TokenEmbedder)
        model(
            ModelRole.TOKEN_EMBEDDER,
            "no model that embeds tokens is loaded: load one, or rerank by bm25, which needs"
                + " none");
  }

  /**
   * Embeds the chunks of queries and passages.
   *
   * @throws IllegalStateException if no such model is loaded
   */
  public ChunkEmbedder chunkEmbedder() {
    return (ChunkEmbedder)
        model(
            ModelRole.CHUNK_EMBEDDER,
            "no model that embeds chunks is loaded: load one, or rerank by bm25, which needs"
                + " none");
  }

  /**
   * A model that is told what to do.
   *
   * @throws IllegalStateException if no such model is loaded
   */
  public InstructedModel instructed() {
    return (InstructedModel)
        model(
            ModelRole.GENERATOR,
            "no model that generates text is loaded: load one, or rerank by bm25, which needs"
                + " none");
  }

  private Object model(ModelRole role, String absent) {
    Object model = models.get(role);
    if (model == null) {
      throw new IllegalStateException(absent);
    }
    return model;
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
