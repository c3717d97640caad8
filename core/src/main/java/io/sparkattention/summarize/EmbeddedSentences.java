package io.sparkattention.summarize;

import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sentences of one source with the vectors of a model.
 *
 * @param source where they come from
 * @param embeddings of its sentences, in order; of the first ones where not all were read
 */
record EmbeddedSentences(SourceSentences source, List<Embedding> embeddings) {

  /**
   * Embeds the sentences of many sources together; a source that cannot be read costs only itself.
   *
   * @param most how many sentences of a source are read
   * @return one outcome per source, in order
   */
  static List<Outcome<EmbeddedSentences>> of(
      List<SourceSentences> sources, int most, Role role, TextEmbedder embedder) {
    return Outcome.ofEach(sources, batch -> embed(batch, most, role, embedder));
  }

  private static List<EmbeddedSentences> embed(
      List<SourceSentences> sources, int most, Role role, TextEmbedder embedder) {
    List<String> texts =
        sources.stream().flatMap(source -> source.texts().stream().limit(most)).toList();
    List<Embedding> embeddings = embedder.embed(texts, role);
    List<EmbeddedSentences> embedded = new ArrayList<>(sources.size());
    int from = 0;
    for (SourceSentences source : sources) {
      int to = from + Math.min(source.size(), most);
      embedded.add(new EmbeddedSentences(source, embeddings.subList(from, to)));
      from = to;
    }
    return embedded;
  }

  /** The vectors, of length 1. */
  UnitVectors vectors() {
    return new UnitVectors(embeddings.stream().map(Embedding::vector).toList());
  }

  /**
   * Picks sentences by maximal marginal relevance.
   *
   * @param scores of the sentences, which the summary shows, (n)
   * @param relevance the same on the scale of cosines, (n)
   */
  Selection select(UnitVectors vectors, double[] scores, double[] relevance, double lambda) {
    int[] chosen =
        MarginalRelevance.choose(source.allowance(), relevance, vectors::cosines, lambda);
    return new Selection(
        Selection.choices(chosen, scores),
        embeddings.stream().mapToInt(Embedding::tokens).sum(),
        Arrays.stream(chosen).map(i -> embeddings.get(i).tokens()).sum(),
        embeddings.stream().mapToInt(Embedding::chunks).sum(),
        embeddings.size() < source.size() || embeddings.stream().anyMatch(Embedding::truncated));
  }
}
