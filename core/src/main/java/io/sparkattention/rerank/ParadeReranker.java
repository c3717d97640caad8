package io.sparkattention.rerank;

import io.sparkattention.model.ChunkEmbedder.ChunkVectors;
import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.PairScorer;
import io.sparkattention.model.PairScorer.ChunkScores;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The representations of a long passage's chunks, made into one and scored once: the operators
 * PARADE-Avg, -Max and -Attn (Li et al., 2020, arXiv:2008.09093). PARADE trains its model with the
 * operator in place; no checkpoint of that kind is assumed here, so this is the operator alone.
 *
 * <p>Read together with the query, a chunk is what the last linear map of a cross-encoder's head
 * reads, and that map scores the whole. Read apart, it is an embedding, and the whole is scored by
 * its cosine with the query's. The weights of {@code attn}, which PARADE learns, are the softmax of
 * the chunks' own scores (the cosines, or what the cross-encoder says) times 10: that reading is
 * this library's.
 */
@Described(
    summary =
        "A long passage's chunk representations joined: mean, maximum or attention; operator only",
    source = "PARADE, arXiv:2008.09093")
public record ParadeReranker(
    @Default(value = "max", means = "how representations become one: avg, max or attn")
        ChunkPooling by,
    @Default(
            value = "apart",
            means = "apart reads chunks by an embedding model, together by a cross-encoder")
        ChunkReading reading,
    @Default(
            value = "0",
            means = "the longest chunk read apart, in tokens; 0 for all that the model reads")
        int chunkTokens)
    implements Reranker {

  /** Checks the numbers. */
  public ParadeReranker {
    OptionCheck check = new OptionCheck();
    reading.check(chunkTokens, check);
    check.done();
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(reading.needs());
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    if (reading == ChunkReading.TOGETHER) {
      PairScorer scorer = context.pairScorer();
      return ChunkPairs.score(
          queries,
          scorer,
          read ->
              scorer.scoreRepresentations(read.stream().map(this::pooled).toList()).stream()
                  .map(Float::doubleValue)
                  .toList());
    }
    return ChunkReading.compare(queries, context.chunkEmbedder(), chunkTokens, this::score);
  }

  private float[] pooled(ChunkScores chunks) {
    double[] scores =
        IntStream.range(0, chunks.values().length).mapToDouble(i -> chunks.values()[i]).toArray();
    return by.pool(chunks.representations(), scores);
  }

  private double score(ChunkVectors query, ChunkVectors passage) {
    float[] wanted = ChunkPooling.mean(query.vectors());
    double[] scores = ChunkReading.cosines(wanted, passage.vectors());
    return Similarity.COSINE.of(wanted, by.pool(passage.vectors(), scores));
  }
}
