package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.List;
import java.util.Set;

/**
 * The likeness of a query's vector and a passage's vector, each read on its own (Reimers and
 * Gurevych, 2019, arXiv:1908.10084). Every distinct text of a call is embedded once; a query or
 * candidate that carries a stored vector is not read at all, and is counted as reused.
 *
 * <p>A passage's tokens are those of its embedding; those of the query are not added.
 */
@Described(
    summary = "Likeness of the embeddings of query and passage",
    source = "Sentence-BERT, arXiv:1908.10084")
public record BiEncoderReranker(
    @Default(value = "cosine", means = "how vectors are compared: cosine or dot")
        Similarity similarity)
    implements Reranker {

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.EMBEDDER);
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    TextVectors queryVectors = new TextVectors(context.embedder(), Role.QUERY);
    TextVectors passageVectors = new TextVectors(context.embedder(), Role.PASSAGE);
    for (RerankQuery query : queries) {
      if (!query.candidates().isEmpty()) {
        queryVectors.add(query.query(), query.vector());
      }
      query.candidates().forEach(each -> passageVectors.add(each.text(), each.vector()));
    }
    queryVectors.read(context.counter());
    passageVectors.read(context.counter());
    return queries.stream().map(query -> compare(query, queryVectors, passageVectors)).toList();
  }

  private List<Outcome<Relevance>> compare(
      RerankQuery query, TextVectors queryVectors, TextVectors passageVectors) {
    if (query.candidates().isEmpty()) {
      return List.of();
    }
    Outcome<Embedding> wanted = queryVectors.of(query.query(), query.vector());
    return query.candidates().stream()
        .map(each -> compare(wanted, passageVectors.of(each.text(), each.vector())))
        .toList();
  }

  private Outcome<Relevance> compare(Outcome<Embedding> query, Outcome<Embedding> passage) {
    if (query.failed()) {
      return Outcome.failure("the query could not be embedded: " + query.error());
    }
    return passage.then(
        p ->
            new Relevance(
                similarity.of(query.value().vector(), p.vector()),
                p.tokens(),
                p.chunks(),
                p.truncated()));
  }
}
