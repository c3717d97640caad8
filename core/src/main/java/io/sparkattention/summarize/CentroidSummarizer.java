package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.List;
import java.util.Set;

/**
 * The sentences nearest to the middle of a source, without those that repeat one another.
 *
 * <p>The centroid of Radev et al. (2004, "Centroid-based summarization of multiple documents",
 * Information Processing and Management 40) on embeddings in place of word counts, as Rossiello et
 * al. (2017, "Centroid-based Text Summarization through Compositionality of Word Embeddings",
 * MultiLing) have it, here on those of whole sentences: their mean, each counted with length 1. A
 * sentence's score is its cosine to that mean. Maximal marginal relevance controls redundancy. Time
 * is linear in the sentences that are read and in those that are picked times all.
 */
@Described(
    summary = "The sentences nearest to the mean of all embeddings, without repetitions",
    source =
        "Radev et al. 2004 and Rossiello et al. 2017, with MMR (Carbonell and Goldstein, 1998)")
public record CentroidSummarizer(
    @Default(value = "0.7", means = "share of likeness against novelty, 0 to 1; 1 ignores novelty")
        double lambda)
    implements ExtractiveSummarizer {

  public CentroidSummarizer {
    MarginalRelevance.requireShare(lambda);
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.EMBEDDER);
  }

  @Override
  public List<Outcome<Selection>> select(List<SourceSentences> sources, SummarizeContext context) {
    return EmbeddedSentences.of(sources, Integer.MAX_VALUE, Role.SYMMETRIC, context.embedder())
        .stream()
        .map(embedded -> embedded.then(this::choose))
        .toList();
  }

  private Selection choose(EmbeddedSentences embedded) {
    UnitVectors vectors = embedded.vectors();
    double[] cosines = vectors.cosinesToMean();
    return embedded.select(vectors, cosines, cosines, lambda);
  }
}
