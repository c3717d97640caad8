package io.sparkattention.udfs.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.udfs.LocalSpark;
import io.sparkattention.udfs.config.UsageException;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** On a session without the extension, which gets the functions with the first use. */
class SparkAttentionTest {

  private static final Map<String, String> LEAD =
      Map.of("strategy", "lead", "budget", "sentences=1");

  private final SparkSession spark = LocalSpark.session();
  private final Dataset<Row> rows =
      spark.sql(
          "SELECT * FROM VALUES (1, 'One. Two.', named_struct('body', 'Three. Four.')), (2, null,"
              + " null) AS t(id, text, page)");

  @Test
  void columnsAreAddedByTheOperator() {
    Dataset<Row> summarized = SparkAttention.summarize(rows, LEAD);
    assertThat(summarized.columns()).containsExactly("id", "text", "page", "summary");
    Dataset<Row> ones = summarized.filter("summary.error IS NULL").select("id", "summary.summary");
    assertThat(ones.collectAsList()).singleElement().hasToString("[1,One.]");
    assertThat(Operators.of(ones).nodes()).hasSize(1);
    assertThat(
            spark.sql("SELECT summarize('A b. C.', map('strategy', 'lead')).error").first().get(0))
        .isNull();
  }

  @Test
  void columnsAreNamed() {
    Dataset<Row> named =
        SparkAttention.summarize(
            rows, Map.of("strategy", "lead", "text-column", "page.body", "output-column", "lead"));
    assertThat(named.filter("id = 1").select("lead.summary").first().getString(0))
        .isEqualTo("Three. Four.");
    assertThat(SparkAttention.embed(rows, Map.of()).columns()).endsWith("embedding");
    assertThat(SparkAttention.attentionStats(rows, Map.of()).columns()).endsWith("attention");
    assertThat(
            SparkAttention.rerank(
                    rows.withColumnRenamed("id", "query")
                        .withColumn("query", org.apache.spark.sql.functions.lit("x")),
                    Map.of())
                .columns())
        .endsWith("relevance");
  }

  @Test
  void namesInBackticksMayHoldDots() {
    Dataset<Row> dotted = rows.withColumnRenamed("text", "the.text");
    assertThat(
            SparkAttention.summarize(
                    dotted, Map.of("strategy", "lead", "text-column", "`the.text`"))
                .filter("id = 1")
                .select("summary.summary")
                .first()
                .getString(0))
        .isEqualTo("One. Two.");
  }

  @Test
  void everyReasonIsToldAtOnce() {
    Dataset<Row> taken = rows.withColumnRenamed("text", "Summary");
    assertThatThrownBy(
            () ->
                SparkAttention.summarize(
                    taken, Map.of("strategy", "lede", "text-colum", "body", "budget", "x")))
        .isInstanceOfSatisfying(
            UsageException.class,
            e ->
                assertThat(e.problems())
                    .hasSize(5)
                    .anyMatch(
                        p ->
                            p.startsWith(
                                "unknown option 'text-colum' (did you mean 'text-column'?): use"
                                    + " attention, "))
                    .anyMatch(p -> p.startsWith("strategy lede: unknown summarizer 'lede'"))
                    .anyMatch(p -> p.startsWith("budget x: "))
                    .contains(
                        "the rows have a column 'summary' already: name another by output-column",
                        "the rows have no column 'text': name it by text-column; there are Summary,"
                            + " id, page"));
  }
}
