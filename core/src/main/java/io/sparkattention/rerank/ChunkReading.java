package io.sparkattention.rerank;

import io.sparkattention.model.ChunkEmbedder;
import io.sparkattention.model.ChunkEmbedder.ChunkVectors;
import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.registry.OptionCheck;
import java.util.List;
import java.util.function.ToDoubleBiFunction;

/** How the chunks of a passage are read. */
public enum ChunkReading {
  /** Each on its own, by a model that embeds text. */
  APART(ModelRole.CHUNK_EMBEDDER),
  /** Each together with the query, by a cross-encoder. */
  TOGETHER(ModelRole.PAIR_SCORER);

  private final ModelRole needs;

  ChunkReading(ModelRole needs) {
    this.needs = needs;
  }

  /** The model that reads so. */
  ModelRole needs() {
    return needs;
  }

  /** Notes what is wrong with a chunk length: a cross-encoder's chunks are what it has room for. */
  void check(int chunkTokens, OptionCheck check) {
    check.atLeast(0, "chunk-tokens", chunkTokens);
    if (this == TOGETHER && chunkTokens > 0) {
      check.problem("chunk-tokens=" + chunkTokens + " is for reading=apart: leave it out");
    }
  }

  /** As {@link Reranker#score}, by a score of a query's and a passage's chunks read apart. */
  static List<List<Outcome<Relevance>>> compare(
      List<RerankQuery> queries,
      TextComparison.Reader<ChunkVectors> queryReader,
      TextComparison.Reader<ChunkVectors> passageReader,
      ToDoubleBiFunction<ChunkVectors, ChunkVectors> score) {
    return new TextComparison<>(
            queryReader,
            passageReader,
            (query, passage) ->
                new Relevance(
                    score.applyAsDouble(query, passage),
                    passage.tokens(),
                    passage.vectors().size(),
                    passage.truncated()))
        .score(queries);
  }

  /** The same with passages in chunks of so many tokens and queries in the longest chunks. */
  static List<List<Outcome<Relevance>>> compare(
      List<RerankQuery> queries,
      ChunkEmbedder embedder,
      int chunkTokens,
      ToDoubleBiFunction<ChunkVectors, ChunkVectors> score) {
    return compare(
        queries,
        texts -> embedder.embedChunks(texts, Role.QUERY, 0),
        texts -> embedder.embedChunks(texts, Role.PASSAGE, chunkTokens),
        score);
  }

  /** The cosine between a query's vector and that of each chunk. */
  static double[] cosines(float[] query, List<float[]> chunks) {
    return chunks.stream().mapToDouble(chunk -> Similarity.COSINE.of(query, chunk)).toArray();
  }
}
