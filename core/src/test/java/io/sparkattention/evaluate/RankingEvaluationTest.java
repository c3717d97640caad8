package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RankingEvaluationTest {

  private static final List<RankingMetric> METRICS =
      Metrics.parseAll("ndcg@10,mrr,map,recall@10,precision@2").stream()
          .map(RankingMetric.class::cast)
          .toList();

  @Test
  void allTiedDocumentsAreOrderedByIdNotByPlace() {
    List<ScoredDocument> tied =
        Stream.of("a", "c", "b").map(id -> new ScoredDocument(id, 1)).toList();
    assertThat(JudgedRanking.of(tied, Map.of("c", 1)).retrieved()).containsExactly(1, 0, 0);
    assertThat(JudgedRanking.of(tied, Map.of("a", 1)).retrieved()).containsExactly(0, 0, 1);
  }

  @Test
  void documentsWithoutScoreComeLastAndZerosTie() {
    List<ScoredDocument> documents =
        List.of(
            new ScoredDocument("nan", Double.NaN),
            new ScoredDocument("a", -0.0),
            new ScoredDocument("b", 0.0),
            new ScoredDocument("low", Double.NEGATIVE_INFINITY));
    assertThat(documents.stream().sorted(ScoredDocument.ORDER).map(ScoredDocument::documentId))
        .containsExactly("b", "a", "low", "nan");
  }

  @Test
  void idsAreOrderedAsUtf8Bytes() {
    assertThat(
            Stream.of("\uff21", "\ud83d\ude00", "z", "Z", "")
                .map(id -> new ScoredDocument(id, 1))
                .sorted(ScoredDocument.ORDER)
                .map(ScoredDocument::documentId))
        .containsExactly("\ud83d\ude00", "\uff21", "z", "Z", "");
  }

  @Test
  void queriesWithoutResultsOrRelevantDocumentsScoreZero() {
    Run run =
        new Run(
            "tag",
            Map.of(
                "irrelevant", List.of(new ScoredDocument("d", 1)),
                "empty", List.of(),
                "unjudged", List.of(new ScoredDocument("d", 1))));
    Qrels qrels =
        Qrels.of(
            Map.of(
                "irrelevant", Map.of("d", 0, "e", -1),
                "empty", Map.of("d", 1),
                "absent", Map.of("d", 2),
                "nothing", Map.of()));
    RankingEvaluation evaluation = RankingEvaluation.of(run, qrels, METRICS);
    for (ItemScores scores : evaluation.scores()) {
      assertThat(scores.values())
          .containsOnlyKeys("absent", "empty", "irrelevant", "nothing")
          .allSatisfy((query, value) -> assertThat(value).isZero());
    }
    assertThat(evaluation.withoutResults()).isEqualTo(3);
    assertThat(evaluation.withoutRelevant()).isEqualTo(2);
    assertThat(evaluation.notJudged()).isEqualTo(1);
  }

  @Test
  void judgementsOfUnknownDocumentsCountAsMissed() {
    Run run = new Run("tag", Map.of("q", List.of(new ScoredDocument("found", 1))));
    Qrels qrels = Qrels.of(Map.of("q", Map.of("found", 1, "unknown", 1)));
    assertThat(RankingEvaluation.of(run, qrels, METRICS).scores())
        .extracting(scores -> scores.values().get("q"))
        .containsExactly(1 / (1 + Math.log(2) / Math.log(3)), 1.0, 0.5, 0.5, 0.5);
  }

  @Test
  void aDocumentTwiceIsRefusedWithItsQuery() {
    List<ScoredDocument> twice = List.of(new ScoredDocument("d", 1), new ScoredDocument("d", 2));
    Run run = new Run("tag", Map.of("q", twice));
    Qrels qrels = Qrels.of(Map.of("q", Map.of("d", 1)));
    assertThatThrownBy(() -> RankingEvaluation.of(run, qrels, METRICS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("query q")
        .hasMessageContaining("more often are: d");
  }

  @Test
  void nothingJudgedIsNoNumber() {
    RankingEvaluation none =
        RankingEvaluation.of(new Run("t", Map.of()), Qrels.of(Map.of()), METRICS);
    assertThat(Bootstrap.DEFAULT.estimate(none.scores().get(0)).mean()).isNaN();
  }
}
