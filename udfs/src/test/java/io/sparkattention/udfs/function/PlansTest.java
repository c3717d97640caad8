package io.sparkattention.udfs.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is computed, and how often. */
class PlansTest {

  private static final String HEAD =
      "summarize(text, map('strategy', 'lead', 'budget', 'sentences=1', 'sentences', 'unicode'))";

  private final SparkSession spark = FunctionSession.session();

  @BeforeEach
  void table() {
    spark
        .range(0, 200, 1, 2)
        .selectExpr(
            "id", "id % 5 AS g", "if(id = 9, ' ', concat('Text ', id % 7, '. And ', id)) AS text")
        .createOrReplaceTempView("p");
  }

  private Operators run(String query) {
    Dataset<Row> rows = spark.sql(query);
    rows.collectAsList();
    return Operators.of(rows);
  }

  private String explain(String query) {
    return spark.sql("EXPLAIN " + query).first().getString(0);
  }

  private static long count(String text, String part) {
    return text.lines().filter(line -> line.contains(part)).count();
  }

  @Test
  void windowsAreAsLongAsTheyAreAskedFor() {
    Operators operators = run("SELECT " + HEAD + " FROM p");
    assertThat(operators.rows()).isEqualTo(200);
    assertThat(operators.batches()).isEqualTo(2); // one a partition
    assertThat(operators.errors()).isEqualTo(1);
    String rowByRow = HEAD.replace("'unicode'", "'unicode', 'window-rows', '1'");
    assertThat(run("SELECT " + rowByRow + " FROM p").batches()).isEqualTo(199);
    String sevens = HEAD.replace("'unicode'", "'unicode', 'window-rows', '7'");
    assertThat(run("SELECT " + sevens + " FROM p").batches()).isEqualTo(30);
  }

  @Test
  void equalCallsAreOneAndOthersShareAnOperator() {
    Operators operators =
        run("SELECT " + HEAD + ".summary, " + HEAD + ".error, upper(" + HEAD + ".summary) FROM p");
    assertThat(operators.nodes()).hasSize(1);
    assertThat(operators.batches()).isEqualTo(2);
    Operators two =
        run("SELECT " + HEAD + ".summary, " + HEAD.replace("text", "upper(text)") + " FROM p");
    assertThat(two.nodes()).hasSize(1);
    assertThat(two.batches()).isEqualTo(4);
    assertThat(two.rows()).isEqualTo(200);
  }

  @Test
  void whatIsNotWantedIsNotComputed() {
    assertThat(run("SELECT id FROM (SELECT id, " + HEAD + " AS s FROM p)").nodes()).isEmpty();
    assertThat(run("SELECT s FROM (SELECT id, " + HEAD + " AS s FROM p) WHERE id < 8").rows())
        .isEqualTo(8);
    assertThat(run("SELECT * FROM (SELECT id, " + HEAD + " AS s FROM p LIMIT 5)").rows())
        .isLessThanOrEqualTo(10);
  }

  @Test
  void aFilterOnAResultComputesItOnce() {
    Operators operators =
        run(
            "SELECT id, s.summary FROM (SELECT id, "
                + HEAD
                + " AS s FROM p) WHERE s.error IS NULL");
    assertThat(operators.nodes()).hasSize(1);
    assertThat(operators.rows()).isEqualTo(200);
    assertThat(run("SELECT id FROM p WHERE " + HEAD + ".error IS NOT NULL").nodes()).hasSize(1);
  }

  @Test
  void equalPlansComeFromTheCache() {
    Supplier<Dataset<Row>> query = () -> spark.sql("SELECT id, " + HEAD + " AS s FROM p");
    Dataset<Row> cached = query.get().cache();
    try {
      cached.count();
      Dataset<Row> again = query.get();
      assertThat(again.queryExecution().executedPlan().toString()).contains("InMemoryTableScan");
      assertThat(again.filter("s.error IS NULL").count()).isEqualTo(199);
      assertThat(
              spark
                  .sql("SELECT " + HEAD.replace("=1", "=2") + " FROM p")
                  .queryExecution()
                  .executedPlan()
                  .toString())
          .doesNotContain("InMemoryTableScan");
    } finally {
      cached.unpersist();
    }
  }

  @Test
  void equalExchangesAreReused() {
    spark.conf().set("spark.sql.adaptive.enabled", "false");
    try {
      String side = "(SELECT " + HEAD + ".summary AS a, count(*) FROM p GROUP BY 1)";
      assertThat(explain("SELECT * FROM " + side + " x JOIN " + side + " y ON x.a = y.a"))
          .contains("ReusedExchange");
    } finally {
      spark.conf().unset("spark.sql.adaptive.enabled");
    }
  }

  @Test
  void partitionsAndOrderStay() {
    String plan =
        explain(
            "SELECT g, count(*) FROM (SELECT /*+ REPARTITION(3, g) */ g, "
                + HEAD
                + " AS s FROM p) WHERE s.error IS NULL GROUP BY g");
    assertThat(count(plan, "Exchange ")).isEqualTo(1);
    assertThat(
            count(explain("SELECT id, " + HEAD + " AS s FROM p ORDER BY s"), "BatchedFunctions ["))
        .isEqualTo(1);
  }

  @Test
  void aColumnarChildServes() {
    spark.sql("CACHE TABLE p");
    try {
      assertThat(run("SELECT " + HEAD + " FROM p WHERE id > 3").rows()).isEqualTo(196);
    } finally {
      spark.sql("UNCACHE TABLE p");
    }
  }

  @Test
  void viewsHoldCalls() {
    spark.sql("CREATE OR REPLACE TEMP VIEW tv AS SELECT id, " + HEAD + " AS s FROM p");
    assertThat(spark.sql("SELECT s.summary FROM tv WHERE id = 3").first().getString(0))
        .isEqualTo("Text 3.");
    spark.sql("DROP VIEW IF EXISTS pv");
    spark.sql(
        "CREATE VIEW pv AS SELECT id, "
            + HEAD
            + " AS s FROM VALUES (1, 'One. Two.') AS v(id, text)");
    try {
      assertThat(spark.sql("SELECT s.summary FROM pv").first().getString(0)).isEqualTo("One.");
      assertThat(spark.newSession().sql("SELECT s.summary FROM pv").first().getString(0))
          .isEqualTo("One.");
    } finally {
      spark.sql("DROP VIEW pv");
    }
  }

  @Test
  void newSessionsHaveTheFunctions() {
    assertThat(
            spark
                .newSession()
                .sql("SELECT " + HEAD.replace("text,", "'A b. C.',") + ".summary")
                .first()
                .getString(0))
        .isEqualTo("A b.");
  }

  /** Planned only: there is no Python here. */
  @Test
  void pythonFunctionsBesideAndAroundCallsKeepTheirOperator() {
    PythonStandIn.register();
    SparkSession with = FunctionSession.started(); // which copies what is built in
    String plan =
        with.sql(
                "EXPLAIN SELECT stand_in(t), "
                    + HEAD.replace("text,", "t,")
                    + ".summary, "
                    + HEAD.replace("text,", "stand_in(t),")
                    + ".summary FROM VALUES ('a'), ('b') AS v(t)")
            .first()
            .getString(0);
    assertThat(count(plan, "BatchedFunctions [")).isEqualTo(2);
    assertThat(count(plan, "BatchEvalPython [")).isPositive();
    assertThat(with.sql("EXPLAIN SELECT stand_in('a')").first().getString(0))
        .contains("BatchEvalPython [")
        .doesNotContain("BatchedFunctions [");
  }

  @Test
  void runsWhereRulesAreExcluded() {
    spark
        .conf()
        .set(
            "spark.sql.optimizer.excludedRules",
            "org.apache.spark.sql.execution.python.ExtractPythonUDFs");
    try {
      assertThat(run("SELECT " + HEAD + " FROM p").rows()).isEqualTo(200);
    } finally {
      spark.conf().unset("spark.sql.optimizer.excludedRules");
    }
  }

  @Test
  void conditionsThatSparkCannotTakeApartAreRefused() {
    assertThatThrownBy(
            () ->
                spark
                    .sql(
                        "SELECT x.id FROM p x LEFT JOIN p y ON "
                            + HEAD.replace("text,", "concat(x.text, y.text),")
                            + ".error IS NULL")
                    .collect())
        .hasMessageContaining("ON clause");
  }

  @Test
  void errorsAreFieldsOfTheirRowsOnly() {
    List<Row> rows =
        spark
            .sql(
                "SELECT s.summary, s.sentences, s.strategy, s.tokens_in, s.error FROM (SELECT id, "
                    + HEAD
                    + " AS s FROM VALUES (0, 'One. Two.'), (1, null), (2, ' '), (3,"
                    + " CAST(unhex('FF41') AS STRING)) AS t(id, text)) ORDER BY id")
            .collectAsList();
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).getString(0)).isEqualTo("One.");
    assertThat(rows.get(0).isNullAt(4)).isTrue();
    assertThat(rows)
        .extracting(row -> row.getString(4))
        .containsExactly(
            null, "the text is null", "the text is empty", "not UTF-8: byte 0xFF at offset 0");
    assertThat(rows.subList(1, 4))
        .allSatisfy(
            row -> {
              assertThat(row.isNullAt(0) && row.isNullAt(1) && row.isNullAt(3)).isTrue();
              assertThat(row.getString(2)).isEqualTo("lead");
            });
  }
}
