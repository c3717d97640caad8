package io.sparkattention.udfs.work;

import io.sparkattention.model.Outcome;
import io.sparkattention.rerank.EmbeddingCounter;
import io.sparkattention.rerank.RankedCandidate;
import io.sparkattention.rerank.Ranking;
import io.sparkattention.rerank.RerankQuery;
import io.sparkattention.rerank.RerankQuery.Candidate;
import io.sparkattention.rerank.Reranker;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchFunction;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.work.PairWork.Pair;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Scores passages for queries, pair by pair. The pairs of a query are read together, so that its
 * text is read once.
 *
 * @param reranker a strategy that scores each passage by itself
 * @param models those that it needs
 */
public record PairWork(Reranker reranker, RerankModels models)
    implements BatchComputation<Pair, RankedCandidate> {

  /** A query and a passage, neither of them blank. */
  public record Pair(String query, String passage) {}

  /** Nobody asks how many vectors were stored: none were. */
  private record NotCounted() implements EmbeddingCounter, Serializable {
    @Override
    public void add(long reused, long embedded) {}
  }

  /**
   * Checks the strategy.
   *
   * @throws IllegalArgumentException if it compares the candidates of a query
   */
  public PairWork {
    if (reranker.comparesCandidates()) {
      throw new IllegalArgumentException(
          "strategy "
              + RerankWork.strategy(reranker).split(":")[0]
              + " compares the candidates of a query, and a pair has one: use a strategy that"
              + " scores a passage by itself, such as bi-encoder or cross-encoder, or the job"
              + " rerank");
    }
  }

  /** The strategy with all options. */
  public String strategy() {
    return RerankWork.strategy(reranker);
  }

  @Override
  public BatchFunction<Pair, RankedCandidate> open(TaskModels leases) {
    BatchFunction<RerankQuery, Ranking> function =
        new RerankWork(reranker, models, Map.of(), new NotCounted()).open(leases);
    return pairs -> scores(pairs, function);
  }

  private static List<Outcome<RankedCandidate>> scores(
      List<Pair> pairs, BatchFunction<RerankQuery, Ranking> function) {
    Map<String, List<Candidate>> byQuery = new LinkedHashMap<>();
    for (int i = 0; i < pairs.size(); i++) {
      byQuery
          .computeIfAbsent(pairs.get(i).query(), query -> new ArrayList<>())
          .add(new Candidate(Integer.toString(i), pairs.get(i).passage()));
    }
    List<RerankQuery> queries = new ArrayList<>();
    byQuery.forEach((query, candidates) -> queries.add(new RerankQuery(query, query, candidates)));
    Map<Integer, Outcome<RankedCandidate>> scores = new HashMap<>();
    List<Outcome<Ranking>> rankings = function.apply(queries);
    for (int q = 0; q < queries.size(); q++) {
      Outcome<Ranking> ranking = rankings.get(q);
      if (ranking.failed()) {
        for (Candidate candidate : queries.get(q).candidates()) {
          scores.put(Integer.valueOf(candidate.passageId()), Outcome.failure(ranking.error()));
        }
      } else {
        for (RankedCandidate ranked : ranking.value().candidates()) {
          scores.put(
              Integer.valueOf(ranked.passageId()),
              ranked.failed() ? Outcome.failure(ranked.error()) : Outcome.of(ranked));
        }
      }
    }
    return IntStream.range(0, pairs.size()).mapToObj(scores::get).toList();
  }
}
