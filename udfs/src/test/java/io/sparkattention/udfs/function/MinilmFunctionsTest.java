package io.sparkattention.udfs.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.rerank.BiEncoderReranker;
import io.sparkattention.rerank.RankedCandidate;
import io.sparkattention.rerank.RerankContext;
import io.sparkattention.rerank.RerankQuery;
import io.sparkattention.rerank.RerankQuery.Candidate;
import io.sparkattention.rerank.Similarity;
import io.sparkattention.statistics.DocumentStatistics;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.summarize.Budget;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.SummarizeContext;
import io.sparkattention.summarize.Summarizers;
import io.sparkattention.summarize.Summary;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.udfs.executor.TaskModels;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The functions with a pretrained model, against the core on the same texts. */
class MinilmFunctionsTest {

  private static final float TOLERANCE = 1e-5f;
  private static final List<String> TEXTS =
      IntStream.range(0, 16)
          .mapToObj(
              i ->
                  "The committee met on day "
                      + i
                      + ". It spoke of rivers and bridges. "
                      + "Nobody had expected the snow of that night. ".repeat(1 + i % 3)
                      + (i % 2 == 0 ? "Taxes on steel were raised." : "The cat sleeps."))
          .toList();

  private static SparkSession spark;
  private static TaskModels models;
  private static LoadedModel model;

  @BeforeAll
  static void rows() {
    spark = FunctionSession.session();
    models = new TaskModels();
    model = models.model(ModelSpec.of("minilm"));
    spark.createDataset(TEXTS, Encoders.STRING()).toDF("text").createOrReplaceTempView("m");
  }

  @AfterAll
  static void release() {
    models.close();
  }

  /** In the order of the texts: there is one partition. */
  private static List<Row> rows(String call) {
    Dataset<Row> rows =
        spark.sql(
            "SELECT s.* FROM (SELECT " + call + " AS s FROM (SELECT /*+ COALESCE(1) */ * FROM m))");
    List<Row> collected = rows.collectAsList();
    assertThat(collected).hasSize(TEXTS.size()).allMatch(row -> row.getAs("error") == null);
    assertThat(Operators.of(rows).batches()).isEqualTo(1);
    return collected;
  }

  @Test
  void vectorsAreThoseOfTheCore() {
    List<Row> rows = rows("embed(text, map('role', 'passage'))");
    List<Embedding> expected = model.embedder().embed(TEXTS, Role.PASSAGE);
    for (int i = 0; i < rows.size(); i++) {
      List<Float> vector = rows.get(i).getList(rows.get(i).fieldIndex("vector"));
      assertThat(floats(vector)).containsExactly(expected.get(i).vector(), within(TOLERANCE));
      assertThat(rows.get(i).<Integer>getAs("tokens_in")).isEqualTo(expected.get(i).tokens());
      assertThat(rows.get(i).<Boolean>getAs("truncated")).isFalse();
      assertThat(rows.get(i).<String>getAs("model")).isEqualTo("minilm");
      assertThat(rows.get(i).<String>getAs("attention")).isEqualTo("dense");
    }
  }

  @Test
  void summariesAreThoseOfTheCore() {
    List<Row> rows = rows("summarize(text, map('strategy', 'centroid', 'budget', 'sentences=2'))");
    SummarizeContext context = SummarizeContext.of(SentenceSplitters.named("auto"), model);
    var expected =
        Summarizers.REGISTRY
            .parse("centroid")
            .summarize(
                TEXTS.stream().map(Source::of).toList(), Budget.parse("sentences=2"), context);
    for (int i = 0; i < rows.size(); i++) {
      Summary summary = expected.get(i).value();
      assertThat(rows.get(i).<String>getAs("summary")).isEqualTo(summary.text());
      assertThat(rows.get(i).<Integer>getAs("tokens_in")).isEqualTo(summary.tokensIn());
      assertThat(rows.get(i).<Integer>getAs("tokens_out")).isEqualTo(summary.tokensOut());
      List<Row> sentences = rows.get(i).getList(rows.get(i).fieldIndex("sentences"));
      assertThat(sentences)
          .extracting(sentence -> described(sentence))
          .containsExactlyElementsOf(
              summary.sentences().stream()
                  .map(s -> s.index() + " " + s.start() + " " + s.end() + " " + s.text())
                  .toList());
    }
  }

  @Test
  void scoresAreThoseOfTheCore() {
    List<Row> rows = rows("rerank_score('What about the weather?', text)");
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < TEXTS.size(); i++) {
      candidates.add(new Candidate(Integer.toString(i), TEXTS.get(i)));
    }
    List<RankedCandidate> ranked =
        new BiEncoderReranker(Similarity.COSINE)
            .rerank(
                List.of(new RerankQuery("q", "What about the weather?", candidates)),
                RerankContext.empty().with(model.embedder()))
            .get(0)
            .candidates();
    for (RankedCandidate expected : ranked) {
      Row row = rows.get(Integer.parseInt(expected.passageId()));
      assertThat(row.<Double>getAs("score")).isCloseTo(expected.score(), within(1e-5));
      assertThat(row.<Integer>getAs("tokens_in")).isEqualTo(expected.tokens());
      assertThat(row.<String>getAs("strategy")).isEqualTo("bi-encoder:similarity=cosine");
    }
  }

  @Test
  void focusOfModelsThatFollowNoInstructionsIsGivenOnlyAsAnExperiment() {
    String asked =
        "attention_stats(text, map('statistics', 'focus-score', 'marked-until', 'day'%s))";
    assertThatThrownBy(() -> rows(asked.formatted("")))
        .hasStackTraceContaining("was not trained to follow instructions");
    assertThat(rows(asked.formatted(", 'experimental', 'true'"))).hasSameSizeAs(TEXTS);
  }

  @Test
  void statisticsAreThoseOfTheCore() {
    StatisticsPlan plan = StatisticsPlan.of(List.of("entropy", "sink-rate"));
    var expected = new StatisticsExtractor(model.attentionReader(), plan).extract(TEXTS);
    List<Row> documents =
        rows("attention_stats(text, map('statistics', 'entropy,sink-rate', 'level', 'document'))");
    List<Row> heads = rows("attention_stats(text, map('statistics', 'entropy,sink-rate'))");
    for (int i = 0; i < TEXTS.size(); i++) {
      DocumentStatistics statistics = expected.get(i).statistics();
      assertThat(documents.get(i).<Float>getAs("entropy"))
          .isCloseTo(statistics.values()[0], within(TOLERANCE));
      List<Row> ofHeads = heads.get(i).getList(heads.get(i).fieldIndex("heads"));
      assertThat(ofHeads).hasSize(6 * 12);
      for (int h = 0; h < ofHeads.size(); h++) {
        var head = statistics.heads().get(h);
        assertThat(ofHeads.get(h).<Integer>getAs("layer")).isEqualTo(head.layer());
        assertThat(ofHeads.get(h).<Integer>getAs("head")).isEqualTo(head.head());
        assertThat(ofHeads.get(h).<Float>getAs("sink_rate"))
            .isCloseTo(head.values()[1], within(TOLERANCE));
      }
    }
  }

  @Test
  void aModelThatCannotServeFailsTheQueryWithTheReason() {
    assertThatThrownBy(
            () -> spark.sql("SELECT embed('a b', map('model', 'no-such-model'))").collectAsList())
        .hasStackTraceContaining("no-such-model");
    assertThatThrownBy(
            () ->
                spark
                    .sql("SELECT rerank_score(text, text, map('strategy', 'cross-encoder')) FROM m")
                    .collectAsList())
        .hasStackTraceContaining("has no classification head and cannot score pairs");
  }

  private static String described(Row sentence) {
    return sentence.getAs("index")
        + " "
        + sentence.getAs("start")
        + " "
        + sentence.getAs("end")
        + " "
        + sentence.getAs("text");
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }
}
