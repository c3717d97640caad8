package io.sparkattention.udfs.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.udfs.LocalSpark;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.UsageException;
import io.sparkattention.udfs.function.BatchedFunctions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stages by themselves: what they compute is what SQL computes, and what is wrong is told. */
class TransformersTest {

  private static final String TEXTS =
      "SELECT id, text, query, named_struct('body', text) AS page FROM VALUES"
          + " (1, 'A cat sleeps. It is warm. Nobody wakes it.', 'Where is the cat?'),"
          + " (2, 'Taxes on steel were raised. Parliament voted.', 'What did parliament do?'),"
          + " (3, null, 'What is missing?') AS t(id, text, query)";

  private static SparkSession spark;
  private static Dataset<Row> rows;

  @BeforeAll
  static void rows() {
    spark = LocalSpark.session();
    rows = spark.sql(TEXTS);
  }

  static Stream<FunctionTransformer<?>> stages() {
    return Stream.of(
        new AttentionProfiler(),
        new DocumentEmbedder(),
        new PassageScorer(),
        new DocumentSummarizer());
  }

  /** The column that SQL computes, in the order of the rows. */
  private static List<Row> sql(String call) {
    return spark.sql("SELECT " + call + " AS r FROM (" + TEXTS + ")").collectAsList();
  }

  private static long operators(Dataset<Row> dataset) {
    return dataset
        .queryExecution()
        .executedPlan()
        .toString()
        .lines()
        .filter(line -> line.contains("BatchedFunctions ["))
        .count();
  }

  private static void assertSameRows(
      FunctionTransformer<?> stage, String column, String call, String error) {
    Dataset<Row> transformed = stage.transform(rows);
    assertThat(transformed.columns()).containsExactly("id", "text", "query", "page", column);
    Dataset<Row> results = transformed.select(column);
    assertThat(operators(results)).isEqualTo(1);
    List<Row> collected = results.collectAsList();
    assertThat(collected).hasSize(3).isEqualTo(sql(call));
    assertThat(collected)
        .extracting(row -> row.getStruct(0).<String>getAs("error"))
        .containsExactly(null, null, error);
    assertThat(stage.transformSchema(rows.schema())).isEqualTo(transformed.schema());
  }

  @Test
  void summariesAreThoseOfSql() {
    assertSameRows(
        new DocumentSummarizer()
            .setOptions(Map.of("strategy", "lead", "budget", "sentences=1"))
            .setInputCol("page.body")
            .setOutputCol("lead"),
        "lead",
        "summarize(text, map('strategy', 'lead', 'budget', 'sentences=1'))",
        "the text is null");
  }

  @Test
  void scoresAreThoseOfSql() {
    assertSameRows(
        new PassageScorer(), "relevance", "rerank_score(query, text)", "the passage is null");
    assertSameRows(
        new PassageScorer().setInputCol("query").setQueryCol("text").setOutputCol("swapped"),
        "swapped",
        "rerank_score(text, query)",
        "the query is null");
  }

  @Test
  void vectorsAreThoseOfSql() {
    assertSameRows(
        new DocumentEmbedder().setOption("max-tokens", "16"),
        "embedding",
        "embed(text, map('max-tokens', '16'))",
        "the text is null");
  }

  @Test
  void statisticsAreThoseOfSql() {
    assertSameRows(
        new AttentionProfiler().setOption("level", "document"),
        "attention",
        "attention_stats(text, map('level', 'document'))",
        "the text is null");
    assertSameRows(
        new AttentionProfiler(), "attention", "attention_stats(text)", "the text is null");
  }

  @Test
  void vectorsOfSparkMlHaveTheSameNumbers() {
    DocumentEmbedder embedder =
        new DocumentEmbedder().setOutputCol("a.b `c").setVectorCol("features");
    Dataset<Row> embedded = embedder.transform(rows);
    assertThat(embedder.transformSchema(rows.schema())).isEqualTo(embedded.schema());
    for (Row row : embedded.collectAsList()) {
      Row embedding = row.getAs("a.b `c");
      Vector features = row.getAs("features");
      if (row.getInt(0) == 3) {
        assertThat(features).isNull();
        assertThat(embedding.<String>getAs("error")).isEqualTo("the text is null");
      } else {
        List<Float> floats = embedding.getList(embedding.fieldIndex("vector"));
        assertThat(floats).hasSize(384);
        assertThat(features.toArray())
            .containsExactly(floats.stream().mapToDouble(Float::doubleValue).toArray());
      }
    }
    assertThat(operators(embedded)).isEqualTo(1);
  }

  @Test
  void aSchemaThatDoesNotFitIsToldWithAllReasons() {
    assertThatThrownBy(
            () ->
                new PassageScorer()
                    .setInputCol("txt")
                    .setQueryCol("id")
                    .setOutputCol("page")
                    .setOption("strategy", "bi-encodr")
                    .setOption("dtype", "int8")
                    .transformSchema(rows.schema()))
        .isInstanceOfSatisfying(
            UsageException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(5)
                    .contains(
                        "the rows have no column 'txt' (did you mean 'text'?): name it by inputCol;"
                            + " there are id, page, query, text",
                        "the column 'id' is of type INT: name one of text by queryCol, or cast it"
                            + " to STRING before",
                        "the rows have a column 'page' already: name another by outputCol",
                        "dtype int8: use one of bf16, fp16, fp32")
                    .anyMatch(p -> p.startsWith("strategy bi-encodr: unknown reranker")));
    assertThatThrownBy(
            () -> new DocumentSummarizer().setInputCol("page.bdy").transformSchema(rows.schema()))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("the column 'page.bdy' cannot be read: ")
        .hasMessageEndingWith(": name another by inputCol");
  }

  @Test
  void theColumnOfVectorsIsCheckedToo() {
    assertThatThrownBy(
            () ->
                new DocumentEmbedder()
                    .setInputCol("txt")
                    .setVectorCol("Query")
                    .transformSchema(rows.schema()))
        .hasMessageContaining("the rows have a column 'Query' already: name another by vectorCol")
        .hasMessageContaining("the rows have no column 'txt'");
    assertThatThrownBy(() -> new DocumentEmbedder().setVectorCol("embedding").transform(rows))
        .hasMessage("vectorCol and outputCol are both 'embedding': give each a name of its own");
  }

  @Test
  void unknownOptionsAreToldAndNoneIsSet() {
    DocumentSummarizer summarizer = new DocumentSummarizer();
    String known =
        ": use attention, budget, device, dtype, experimental, generation, kv-cache, max-tokens,"
            + " model, sentences, strategy, window-rows, with";
    assertThatThrownBy(
            () ->
                summarizer.setOptions(Map.of("stratgy", "lead", "rôle", "x", "budget", "words=9")))
        .isInstanceOfSatisfying(
            UsageException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "unknown option 'rôle'" + known,
                        "unknown option 'stratgy' (did you mean 'strategy'?)" + known));
    assertThat(summarizer.isSet(summarizer.option("budget"))).isFalse();
    assertThatThrownBy(() -> summarizer.option("inputCol"))
        .hasMessageStartingWith("unknown option");
    Map<String, String> withoutValue = new HashMap<>();
    withoutValue.put("model", null);
    assertThatThrownBy(() -> summarizer.setOptions(withoutValue))
        .hasMessage("option model is null: give it a value, or leave it out");
  }

  @Test
  void aCopyHasTheParamsOfItsMap() {
    DocumentSummarizer lead = new DocumentSummarizer().setOption("strategy", "lead");
    ParamMap extra =
        new ParamMap().put(lead.option("budget"), "sentences=1").put(lead.outputCol(), "first");
    DocumentSummarizer copy = lead.copy(extra);
    assertThat(copy.uid()).isEqualTo(lead.uid());
    assertThat(copy.transform(rows).filter("id = 1").select("first.summary").first().get(0))
        .isEqualTo("A cat sleeps.")
        .isEqualTo(lead.transform(rows, extra).select("first.summary").first().get(0));
    assertThat(lead.isSet(lead.option("budget"))).isFalse();
    assertThat(lead.transform(rows).columns()).endsWith("summary");
  }

  @Test
  void whatIsNotSetIsConfigured() {
    spark.conf().set("spark.attention.summarize.strategy", "lead");
    try {
      assertThat(new DocumentSummarizer().transform(rows).select("summary.strategy").first().get(0))
          .isEqualTo("lead");
    } finally {
      spark.conf().unset("spark.attention.summarize.strategy");
    }
  }

  @Test
  void everyFunctionIsAStage() {
    assertThat(stages().map(FunctionTransformer::function))
        .containsExactlyElementsOf(BatchedFunctions.ALL);
  }

  @ParameterizedTest
  @MethodSource("stages")
  void everyOptionIsAParamThatExplainsItself(FunctionTransformer<?> stage) {
    List<String> options = stage.function().options().stream().map(JobOption::name).toList();
    assertThat(Stream.of(stage.params()).map(Param::name))
        .isSorted()
        .containsAll(options)
        .contains("inputCol", "outputCol");
    assertThat(stage.explainParams())
        .contains(
            "inputCol: The column of texts (default: text)",
            "dtype: The precision of the model; bf16|fp16|fp32, fp32 unless configured"
                + " (undefined)");
  }
}
