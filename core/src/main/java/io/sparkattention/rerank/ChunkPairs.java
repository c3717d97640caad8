package io.sparkattention.rerank;

import io.sparkattention.model.Outcome;
import io.sparkattention.model.PairScorer;
import io.sparkattention.model.PairScorer.ChunkScores;
import io.sparkattention.model.PairScorer.Pair;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** Scores candidates by what a cross-encoder says of their chunks. */
final class ChunkPairs {

  private ChunkPairs() {}

  /**
   * As {@link Reranker#score}. The pairs of all queries of a call are read together.
   *
   * @param aggregate makes one score of each pair's chunks, in order
   */
  static List<List<Outcome<Relevance>>> score(
      List<RerankQuery> queries,
      PairScorer scorer,
      Function<List<ChunkScores>, List<Double>> aggregate) {
    List<Pair> pairs =
        queries.stream()
            .flatMap(
                query ->
                    query.candidates().stream()
                        .map(candidate -> new Pair(query.query(), candidate.text())))
            .toList();
    List<Outcome<ChunkScores>> read = Outcome.ofEach(pairs, scorer::scoreChunks);
    List<ChunkScores> sound =
        read.stream().filter(each -> !each.failed()).map(Outcome::value).toList();
    Iterator<Outcome<Double>> scores = Outcome.ofEach(sound, aggregate).iterator();
    Iterator<Outcome<ChunkScores>> each = read.iterator();
    List<List<Outcome<Relevance>>> relevances = new ArrayList<>();
    for (RerankQuery query : queries) {
      List<Outcome<Relevance>> ofQuery = new ArrayList<>();
      for (int c = 0; c < query.candidates().size(); c++) {
        Outcome<ChunkScores> chunks = each.next();
        ofQuery.add(
            chunks.failed()
                ? Outcome.failure(chunks.error())
                : scores.next().then(score -> relevance(score, chunks.value())));
      }
      relevances.add(ofQuery);
    }
    return relevances;
  }

  private static Relevance relevance(double score, ChunkScores chunks) {
    return new Relevance(score, chunks.tokens(), chunks.values().length, chunks.truncated());
  }
}
