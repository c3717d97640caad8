package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The sentences that most others resemble, without those that repeat one another.
 *
 * <p>LexRank (Erkan and Radev, 2004, arXiv:1109.2128) on the cosines of sentence embeddings in
 * place of those of word counts; then maximal marginal relevance (Carbonell and Goldstein, 1998,
 * "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing Summaries")
 * picks the sentences one by one. A sentence's score is its centrality; those of a source sum to 1.
 * Of equal sentences the earlier one is chosen.
 *
 * <p>Time grows with the square of the number of sentences, memory linearly: see {@link
 * SentenceGraph}.
 */
@Described(
    summary = "The sentences most central in a graph of embeddings, without repetitions",
    source = "LexRank, arXiv:1109.2128, with MMR (Carbonell and Goldstein, 1998)")
public record LexRankSummarizer(
    @Default(value = "0.1", means = "cosines up to this one join no sentences, 0 or more, below 1")
        double threshold,
    @Default(value = "cosine", means = "what an edge weighs: its cosine, or unit for 1")
        EdgeWeight weight,
    @Default(value = "0.15", means = "chance to jump to any sentence, 0.01 to 1; the paper's d")
        double damping,
    @Default(
            value = "0.7",
            means = "share of centrality against novelty, 0 to 1; 1 ignores novelty")
        double lambda,
    @Default(value = "10000", means = "how many sentences of a source are read") int maxSentences)
    implements ExtractiveSummarizer {

  /** What an edge between two sentences weighs. */
  public enum EdgeWeight {
    /** Their cosine: the paper's continuous LexRank. */
    COSINE,
    /** One: the paper's LexRank with threshold. */
    UNIT
  }

  public LexRankSummarizer {
    List<String> problems = new ArrayList<>();
    require(
        threshold >= 0 && threshold < 1,
        "threshold must be at least 0 and below 1, but is " + threshold,
        problems);
    require(
        damping >= 0.01 && damping <= 1, "damping must be 0.01 to 1, but is " + damping, problems);
    require(lambda >= 0 && lambda <= 1, "lambda must be 0 to 1, but is " + lambda, problems);
    require(
        maxSentences >= 1, "max-sentences must be at least 1, but is " + maxSentences, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.EMBEDDER);
  }

  @Override
  public List<Outcome<Selection>> select(List<SourceSentences> sources, SummarizeContext context) {
    return EmbeddedSentences.of(sources, maxSentences, Role.SYMMETRIC, context.embedder()).stream()
        .map(embedded -> embedded.then(this::choose))
        .toList();
  }

  private Selection choose(EmbeddedSentences embedded) {
    UnitVectors vectors = embedded.vectors();
    double[] centrality = new SentenceGraph(vectors, threshold, weight).centrality(damping);
    return embedded.select(vectors, centrality, MarginalRelevance.ofHighest(centrality), lambda);
  }

  private static void require(boolean holds, String problem, List<String> problems) {
    if (!holds) {
      problems.add(problem);
    }
  }
}
