package io.sparkattention.jobs.job;

import io.sparkattention.evaluate.JudgedRanking;
import io.sparkattention.evaluate.RankingMetric;
import io.sparkattention.evaluate.ScoredDocument;
import io.sparkattention.jobs.input.JudgedQueries;
import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.work.Provenance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Measures what runs found for a query: what is read is its ranking by run. */
record RankingScores(List<String> runs) implements ScoreMapping<Map<String, JudgedRanking>> {

  RankingScores {
    runs = List.copyOf(runs);
  }

  /** Measures by every metric. */
  static BatchComputation<Map<String, JudgedRanking>, List<ItemScore>> by(
      List<RankingMetric> metrics) {
    return models ->
        queries -> queries.stream().map(query -> Outcome.of(scores(query, metrics))).toList();
  }

  private static List<ItemScore> scores(
      Map<String, JudgedRanking> rankings, List<RankingMetric> metrics) {
    List<ItemScore> scores = new ArrayList<>();
    rankings.forEach(
        (run, ranking) ->
            metrics.forEach(
                metric -> {
                  double[] score = {metric.score(ranking)};
                  scores.addAll(ItemScore.of(run, metric, Outcome.of(score)));
                }));
    return scores;
  }

  @Override
  public Provenance provenance() {
    return Provenance.NO_MODEL;
  }

  @Override
  public String id(Row row) {
    return row.getAs(JudgedQueries.QUERY_ID);
  }

  @Override
  public Map<String, JudgedRanking> read(Row row) {
    Map<String, Integer> judgements = new HashMap<>();
    for (Row judged : row.<Row>getList(row.fieldIndex(JudgedQueries.JUDGEMENTS))) {
      judgements.put(judged.getString(0), judged.getInt(1));
    }
    Map<String, JudgedRanking> rankings = new LinkedHashMap<>();
    for (String run : runs) {
      rankings.put(run, JudgedRanking.of(found(row, row.fieldIndex(run)), judgements));
    }
    return rankings;
  }

  private static List<ScoredDocument> found(Row row, int field) {
    return row.isNullAt(field)
        ? List.of()
        : row.<Row>getList(field).stream()
            .map(found -> new ScoredDocument(found.getString(0), found.getDouble(1)))
            .toList();
  }

  @Override
  public long characters(Map<String, JudgedRanking> rankings) {
    return rankings.values().stream().mapToLong(ranking -> ranking.retrieved().size()).sum();
  }
}
