package io.sparkattention.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.udfs.LocalSpark;
import io.sparkattention.udfs.function.SparkAttention;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Statements of a page, run.
 *
 * @param rows what the last one gave; null if it was refused
 * @param said what it gave or why it was refused, as text
 */
record SqlBlock(Dataset<Row> rows, String said) {

  /** Runs statements that semicolons part; the files that they name lie in the project. */
  static SqlBlock run(String statements) {
    SparkSession spark = LocalSpark.session();
    SparkAttention.register(spark);
    SqlBlock last = null;
    for (String statement : statements.split(";\\s*\n")) {
      assertThat(last == null || last.rows != null).as("%s", last).isTrue();
      last = one(spark, statement.replace("'examples/", "'" + Page.HOME + "/examples/"));
    }
    return last;
  }

  private static SqlBlock one(SparkSession spark, String statement) {
    try {
      Dataset<Row> rows = spark.sql(statement.replace("CREATE TEMP", "CREATE OR REPLACE TEMP"));
      String text =
          rows.collectAsList().stream().map(Row::mkString).collect(Collectors.joining("\n"));
      return new SqlBlock(rows, text);
    } catch (Exception e) { // Scala throws what it does not declare
      return new SqlBlock(null, e.getMessage());
    }
  }

  /** The lines of a text must stand in what was said, in their order; numbers of columns do not. */
  void assertSays(String text) {
    String plain = said.replaceAll("#\\d+", "");
    int from = 0;
    for (String line : text.lines().toList()) {
      int found = plain.indexOf(line.strip(), from);
      assertThat(found).as("'%s' in%n%s", line, plain).isNotNegative();
      from = found;
    }
  }
}
