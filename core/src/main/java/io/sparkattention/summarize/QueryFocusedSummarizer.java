package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The sentences nearest to a query, without those that repeat one another: maximal marginal
 * relevance (Carbonell and Goldstein, 1998) as it was made, with the cosines of embeddings. A
 * sentence's score is its cosine to the query.
 *
 * <p>The query is embedded as a query and the sentences as passages, which matters to models that
 * put a prompt before them. A source without a query has an error.
 */
@Described(
    summary = "The sentences nearest to a query, without repetitions",
    source = "MMR (Carbonell and Goldstein, 1998), on embeddings")
public record QueryFocusedSummarizer(
    @Default(value = "0.7", means = "share of likeness against novelty, 0 to 1; 1 ignores novelty")
        double lambda)
    implements ExtractiveSummarizer {

  public QueryFocusedSummarizer {
    MarginalRelevance.requireShare(lambda);
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.EMBEDDER);
  }

  @Override
  public boolean needsQuery() {
    return true;
  }

  @Override
  public List<Outcome<Selection>> select(List<SourceSentences> sources, SummarizeContext context) {
    TextEmbedder embedder = context.embedder();
    List<String> asked = sources.stream().map(s -> s.source().query().orElseThrow()).toList();
    List<Outcome<Embedding>> queries =
        Outcome.ofEach(asked, batch -> embedder.embed(batch, Role.QUERY));
    List<Outcome<EmbeddedSentences>> embedded =
        EmbeddedSentences.of(sources, Integer.MAX_VALUE, Role.PASSAGE, embedder);
    List<Outcome<Selection>> selections = new ArrayList<>(sources.size());
    for (int i = 0; i < sources.size(); i++) {
      Outcome<Embedding> query = queries.get(i);
      selections.add(
          query.failed()
              ? Outcome.failure("the query: " + query.error())
              : embedded.get(i).then(sentences -> choose(query.value(), sentences)));
    }
    return selections;
  }

  private Selection choose(Embedding query, EmbeddedSentences embedded) {
    UnitVectors vectors = embedded.vectors();
    double[] cosines = vectors.cosinesTo(query.vector());
    Selection selection = embedded.select(vectors, cosines, cosines, lambda);
    return new Selection(
        selection.choices(),
        selection.tokensIn() + query.tokens(),
        selection.tokensOut(),
        selection.chunks() + query.chunks(),
        selection.truncated() || query.truncated());
  }
}
