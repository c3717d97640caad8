package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.rerank.RerankQuery.Candidate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The likeness of a query's vector and a passage's vector, each read on its own (Reimers and
 * Gurevych, 2019, arXiv:1908.10084). Every distinct text of a call is embedded once.
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

  /** How two vectors are compared. */
  public enum Similarity {
    /** By the angle between them, from -1 to 1; a vector of zeros has 0 with all. */
    COSINE,
    /** By their dot product. */
    DOT
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.EMBEDDER);
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    TextEmbedder embedder = context.embedder();
    List<RerankQuery> filled =
        queries.stream().filter(query -> !query.candidates().isEmpty()).toList();
    Map<String, Outcome<Embedding>> queryVectors =
        embed(filled.stream().map(RerankQuery::query), Role.QUERY, embedder);
    Map<String, Outcome<Embedding>> passageVectors =
        embed(
            filled.stream().flatMap(query -> query.candidates().stream()).map(Candidate::text),
            Role.PASSAGE,
            embedder);
    return queries.stream()
        .map(
            query ->
                query.candidates().stream()
                    .map(
                        candidate ->
                            compare(
                                queryVectors.get(query.query()),
                                passageVectors.get(candidate.text())))
                    .toList())
        .toList();
  }

  private static Map<String, Outcome<Embedding>> embed(
      Stream<String> texts, Role role, TextEmbedder embedder) {
    List<String> distinct = texts.distinct().toList();
    List<Outcome<Embedding>> outcomes =
        Outcome.ofEach(distinct, batch -> embedder.embed(batch, role));
    Map<String, Outcome<Embedding>> byText = new HashMap<>();
    for (int i = 0; i < distinct.size(); i++) {
      byText.put(distinct.get(i), outcomes.get(i));
    }
    return byText;
  }

  private Outcome<Relevance> compare(Outcome<Embedding> query, Outcome<Embedding> passage) {
    if (query.failed()) {
      return Outcome.failure("the query could not be embedded: " + query.error());
    }
    return passage.then(
        p ->
            new Relevance(
                likeness(query.value().vector(), p.vector()),
                p.tokens(),
                p.chunks(),
                p.truncated()));
  }

  private double likeness(float[] query, float[] passage) {
    double dot = dot(query, passage);
    if (similarity == Similarity.DOT) {
      return dot;
    }
    double norms = Math.sqrt(dot(query, query)) * Math.sqrt(dot(passage, passage));
    return norms == 0 ? 0 : dot / norms;
  }

  private static double dot(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (double) left[i] * right[i];
    }
    return sum;
  }
}
