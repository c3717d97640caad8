package io.sparkattention.evaluate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run measured against judgements, over all queries that were judged, as {@code trec_eval -c}
 * does: a judged query that the run lacks, or that has no relevant document, scores 0; a query that
 * was not judged is left out.
 *
 * @param scores one per metric, by query
 * @param withoutResults how many judged queries the run lacks
 * @param withoutRelevant how many judged queries have no relevant document
 * @param notJudged how many queries of the run are left out
 */
public record RankingEvaluation(
    List<ItemScores> scores, int withoutResults, int withoutRelevant, int notJudged)
    implements Serializable {

  public RankingEvaluation {
    scores = List.copyOf(scores);
  }

  /**
   * Measures a run.
   *
   * @throws IllegalArgumentException if a query has a document twice; the message names both
   */
  public static RankingEvaluation of(Run run, Qrels qrels, List<RankingMetric> metrics) {
    SortedMap<String, JudgedRanking> rankings = new TreeMap<>();
    qrels.judgements().forEach((query, judged) -> rankings.put(query, ranking(run, query, judged)));
    List<ItemScores> scores = new ArrayList<>();
    for (RankingMetric metric : metrics) {
      SortedMap<String, Double> values = new TreeMap<>();
      rankings.forEach((query, ranking) -> values.put(query, metric.score(ranking)));
      scores.add(new ItemScores(Metrics.label(metric), values));
    }
    int empty = 0;
    int irrelevant = 0;
    for (JudgedRanking ranking : rankings.values()) {
      empty += ranking.retrieved().isEmpty() ? 1 : 0;
      irrelevant += ranking.relevant().isEmpty() ? 1 : 0;
    }
    long ignored =
        run.documents().keySet().stream()
            .filter(query -> !qrels.judgements().containsKey(query))
            .count();
    return new RankingEvaluation(scores, empty, irrelevant, (int) ignored);
  }

  private static JudgedRanking ranking(Run run, String query, Map<String, Integer> judged) {
    try {
      return JudgedRanking.of(run.documents().getOrDefault(query, List.of()), judged);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("query " + query + ": " + e.getMessage(), e);
    }
  }
}
