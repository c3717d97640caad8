package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ndcg@10|ndcg:k=10",
        "ndcg|ndcg:k=0",
        "mrr|mrr:k=0",
        "precision@5|precision:k=5",
        "rouge1|rouge-n:n=1",
        "rouge3|rouge-n:n=3,tokenizer=stemmed",
        "rouge2:tokenizer=unicode|rouge-n:n=2,tokenizer=unicode",
        "rougeL|rouge-l",
        "rougeLsum|rouge-lsum",
        "rougeLsum:sentences=found|rouge-lsum:sentences=found"
      })
  void shortFormsAreSpecs(String form, String spec) {
    assertThat(Metrics.parse(form)).isEqualTo(Metrics.REGISTRY.parse(spec));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ndcg@10",
        "ndcg",
        "mrr",
        "mrr@10",
        "map",
        "recall@100",
        "precision@10",
        "rouge1",
        "rouge2:tokenizer=unicode",
        "rouge-l",
        "rouge-lsum:tokenizer=plain,sentences=found",
        "bertscore",
        "bertscore:weights=idf",
        "own-document",
        "own-document:by=bm25"
      })
  void labelsAreTheShortestSpecs(String label) {
    assertThat(Metrics.label(Metrics.parse(label))).isEqualTo(label);
  }

  @Test
  void everyMetricIsSaidByItsLabel() {
    for (var entry : Metrics.REGISTRY.entries()) {
      Metric metric = Metrics.parse(entry.name());
      assertThat(Metrics.parse(Metrics.label(metric))).isEqualTo(metric);
      assertThat(entry.summary()).isNotBlank().doesNotEndWith(".");
      assertThat(entry.source()).isNotBlank();
      assertThat(metric.parts()).isNotEmpty().doesNotHaveDuplicates();
    }
  }

  @Test
  void everyMetricTravels() throws Exception {
    for (var entry : Metrics.REGISTRY.entries()) {
      Metric metric = Metrics.parse(entry.name());
      assertThat(travelled(metric)).isEqualTo(metric);
    }
  }

  @Test
  void everythingThatGoesInOrComesOutTravels() throws Exception {
    Run run = TrecFiles.readRun(GoldenValues.lines("run-a.txt"));
    Qrels qrels = TrecFiles.readQrels(GoldenValues.lines("qrels.txt"));
    RankingEvaluation evaluation = RankingEvaluation.of(run, qrels, List.of(new Ndcg(10)));
    ItemScores scores = evaluation.scores().get(0);
    for (Object each :
        List.of(
            run,
            qrels,
            evaluation,
            JudgedRanking.of(run.documents().get("q1"), qrels.judgements().get("q1")),
            Bootstrap.DEFAULT.estimate(scores),
            PairedTest.DEFAULT,
            PairedTest.DEFAULT.compare(scores, scores),
            new TokenFrequencies(2, Map.of(7, 1L)),
            new TextItem("i", "prediction", "reference"),
            new SourceItem("i", null, "document"))) {
      assertThat(travelled(each)).isEqualTo(each);
    }
  }

  private static Object travelled(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  @Test
  void outcomesBecomeAColumnPerPart() {
    List<ItemScores> columns =
        ItemScores.of(
            Metrics.parse("rouge1"),
            List.of("b", "a"),
            List.of(Outcome.failure("no reference"), Outcome.of(new double[] {0.5, 1, 0.25})));
    assertThat(columns)
        .extracting(ItemScores::column)
        .containsExactly("rouge1", "rouge1-precision", "rouge1-recall");
    assertThat(columns.get(2).array()).containsExactly(0.25, Double.NaN);
    List<Outcome<double[]>> two =
        List.of(Outcome.of(new double[] {1}), Outcome.of(new double[] {0}));
    assertThatThrownBy(() -> ItemScores.of(new Ndcg(10), List.of("a", "a"), two))
        .hasMessageContaining("a was scored twice");
  }

  @Test
  void listsAreReadWithOptions() {
    assertThat(Metrics.parseAll("rouge1, rouge-lsum:tokenizer=plain,sentences=found,ndcg@10,mrr"))
        .extracting(Metrics::label)
        .containsExactly("rouge1", "rouge-lsum:tokenizer=plain,sentences=found", "ndcg@10", "mrr");
  }

  @Test
  void everyProblemOfAListIsSaid() {
    assertThatThrownBy(() -> Metrics.parseAll("rouge1,nbcg@10,precision@0,rouge1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nbcg")
        .hasMessageContaining("own-document, precision, recall")
        .hasMessageContaining("k=0 must be 1 or more")
        .hasMessageContaining("'rouge1' is there twice");
    assertThatThrownBy(() -> Metrics.parseAll(" , ")).hasMessageContaining("no metric is named");
  }

  @Test
  void columnsNameTheFirstPartByTheLabelAlone() {
    assertThat(Metrics.columns(Metrics.parse("rouge1")))
        .containsExactly("rouge1", "rouge1-precision", "rouge1-recall");
    assertThat(Metrics.columns(Metrics.parse("ndcg@10"))).containsExactly("ndcg@10");
  }
}
