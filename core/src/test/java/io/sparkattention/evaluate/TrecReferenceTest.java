package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranking metrics against {@code trec_eval -c}. */
class TrecReferenceTest {

  /** trec_eval's name of each metric. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("ndcg", "ndcg"),
          Map.entry("ndcg_cut_1", "ndcg@1"),
          Map.entry("ndcg_cut_3", "ndcg@3"),
          Map.entry("ndcg_cut_5", "ndcg@5"),
          Map.entry("ndcg_cut_10", "ndcg@10"),
          Map.entry("ndcg_cut_100", "ndcg@100"),
          Map.entry("map", "map"),
          Map.entry("map_cut_1", "map@1"),
          Map.entry("map_cut_3", "map@3"),
          Map.entry("map_cut_5", "map@5"),
          Map.entry("map_cut_10", "map@10"),
          Map.entry("map_cut_100", "map@100"),
          Map.entry("recip_rank", "mrr"),
          Map.entry("M5_recip_rank", "mrr@5"),
          Map.entry("set_recall", "recall"),
          Map.entry("recall_1", "recall@1"),
          Map.entry("recall_3", "recall@3"),
          Map.entry("recall_5", "recall@5"),
          Map.entry("recall_10", "recall@10"),
          Map.entry("recall_100", "recall@100"),
          Map.entry("P_1", "precision@1"),
          Map.entry("P_3", "precision@3"),
          Map.entry("P_5", "precision@5"),
          Map.entry("P_10", "precision@10"),
          Map.entry("P_100", "precision@100"));

  @ParameterizedTest
  @ValueSource(strings = {"a", "b"})
  void everyQueryAndEveryMeanIsThatOfTrecEval(String name) {
    Run run = TrecFiles.readRun(GoldenValues.lines("run-" + name + ".txt"));
    Qrels qrels = TrecFiles.readQrels(GoldenValues.lines("qrels.txt"));
    List<RankingMetric> metrics =
        new TreeSet<>(NAMES.values())
            .stream().map(spec -> (RankingMetric) Metrics.parse(spec)).toList();

    RankingEvaluation evaluation = RankingEvaluation.of(run, qrels, metrics);

    SortedMap<String, ItemScores> columns = new TreeMap<>();
    evaluation.scores().forEach(scores -> columns.put(scores.column(), scores));
    int compared = 0;
    for (String[] row : GoldenValues.rows("trec-" + name + ".tsv")) {
      ItemScores scores = columns.get(NAMES.get(row[0]));
      double value =
          row[1].equals("all")
              ? Bootstrap.DEFAULT.estimate(scores).mean()
              : scores.values().get(row[1]);
      assertThat(value)
          .as("%s of %s", row[0], row[1])
          .isCloseTo(Double.parseDouble(row[2]), within(1e-12));
      compared++;
    }
    assertThat(compared).isEqualTo(NAMES.size() * (qrels.judgements().size() + 1));
    assertThat(run.tag()).isEqualTo("run-" + name);
    assertThat(evaluation.withoutResults()).isEqualTo(name.equals("a") ? 1 : 4);
    assertThat(evaluation.notJudged()).isEqualTo(name.equals("a") ? 1 : 0);
    assertThat(evaluation.withoutRelevant()).isPositive();
  }
}
