package io.sparkattention.rerank;

import io.sparkattention.model.ChunkEmbedder.ChunkVectors;
import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The scores of a long passage's chunks, made into one: FirstP, MaxP and SumP (Dai and Callan,
 * 2019, arXiv:1905.09217), and k-max, here the mean of the k best or of all if there are fewer. A
 * passage of one chunk has that chunk's score by all of them.
 *
 * <p>A chunk's score is the cosine between its embedding and the query's, or what a cross-encoder
 * says of both.
 */
@Described(
    summary = "The scores of a long passage's chunks made into one: first, max, sum or k-max",
    source = "FirstP, MaxP and SumP, arXiv:1905.09217; k-max as in PARADE, arXiv:2008.09093")
public record PassageScoresReranker(
    @Default(value = "max", means = "which chunks count: first, max, sum or k-max (mean of k best)")
        Aggregation by,
    @Default(value = "3", means = "how many of the best chunks k-max counts") int k,
    @Default(
            value = "apart",
            means = "apart scores chunks by their embeddings, together by a cross-encoder")
        ChunkReading reading,
    @Default(
            value = "0",
            means = "the longest chunk read apart, in tokens; 0 for all that the model reads")
        int chunkTokens)
    implements Reranker {

  /** How the scores of chunks become one. */
  public enum Aggregation {
    /** That of the first chunk. */
    FIRST,
    /** The highest. */
    MAX,
    /** Their sum. */
    SUM,
    /** The mean of the k highest. */
    K_MAX
  }

  /** Checks the numbers. */
  public PassageScoresReranker {
    OptionCheck check = new OptionCheck().atLeast(1, "k", k);
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
      return ChunkPairs.score(
          queries,
          context.pairScorer(),
          read -> read.stream().map(chunks -> aggregate(doubles(chunks.values()))).toList());
    }
    return ChunkReading.compare(queries, context.chunkEmbedder(), chunkTokens, this::aggregate);
  }

  private double aggregate(ChunkVectors query, ChunkVectors passage) {
    return aggregate(ChunkReading.cosines(ChunkPooling.mean(query.vectors()), passage.vectors()));
  }

  private double aggregate(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    int count = Math.min(k, sorted.length);
    return switch (by) {
      case FIRST -> scores[0];
      case MAX -> sorted[sorted.length - 1];
      case SUM -> Arrays.stream(sorted).sum();
      case K_MAX -> Arrays.stream(sorted, sorted.length - count, sorted.length).sum() / count;
    };
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }
}
