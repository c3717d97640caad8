package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.udfs.LocalSpark;
import io.sparkattention.udfs.function.SparkAttention;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SQL functions give the rows of the jobs. */
class FunctionsLikeJobsTest {

  @TempDir Path folder;

  private final SparkSession spark = LocalSpark.session();
  private Path documents;

  @BeforeEach
  void documents() {
    SparkAttention.register(spark);
    documents =
        Lines.documents(6)
            .add("id", "null", "text", null)
            .add("id", "blank", "text", " ")
            .add("id", "long", "text", "The snow fell on the river. ".repeat(120))
            .to(folder.resolve("documents.jsonl"));
    spark.read().json(documents.toString()).createOrReplaceTempView("documents_of_jobs");
  }

  private Dataset<Row> job(String name, Object... options) {
    Path output = folder.resolve("out");
    Object[] fixed = {name, "--output", output, "--overwrite"};
    Object[] all = new Object[fixed.length + options.length];
    System.arraycopy(fixed, 0, all, 0, fixed.length);
    System.arraycopy(options, 0, all, fixed.length, options.length);
    Run run = Run.of(all);
    assertThat(run.exitCode()).as(run.err()).isIn(ExitCode.DONE, ExitCode.TOO_MANY_ERRORS);
    return Run.table(output);
  }

  private void assertLike(Dataset<Row> job, String query, String... columns) {
    assertThat(rows(spark.sql(query), columns)).isNotEmpty().isEqualTo(rows(job, columns));
  }

  /** Numbers to four digits: batches differ. */
  private static List<String> rows(Dataset<Row> table, String... columns) {
    return table.selectExpr(columns).collectAsList().stream().map(Row::toString).sorted().toList();
  }

  @Test
  void embed() {
    assertLike(
        job("embed", "--input", documents, "--role", "passage"),
        "SELECT id, s.* FROM (SELECT id, embed(text, map('role', 'passage')) AS s FROM"
            + " documents_of_jobs)",
        "id",
        "transform(vector, x -> round(x, 4))",
        "model",
        "attention",
        "tokens_in",
        "tokens_out",
        "truncated",
        "error");
  }

  @Test
  void summarize() {
    assertLike(
        job("summarize", "--input", documents, "--strategy", "centroid"),
        "SELECT id, s.* FROM (SELECT id, summarize(text, map('strategy', 'centroid')) AS s FROM"
            + " documents_of_jobs)",
        "id",
        "summary",
        "transform(sentences, s -> struct(s.index, s.start, s.end, round(s.score, 4), s.text))",
        "strategy",
        "model",
        "attention",
        "tokens_in",
        "tokens_out",
        "truncated",
        "error");
  }

  @Test
  void attentionStats() {
    assertLike(
        job("attention-stats", "--input", documents, "--statistics", "entropy,sink-rate"),
        "SELECT id, head.*, s.model, s.tokens_in, s.error FROM (SELECT id, s,"
            + " explode_outer(s.heads) AS head FROM (SELECT id, attention_stats(text,"
            + " map('statistics', 'entropy,sink-rate')) AS s FROM documents_of_jobs))",
        "id",
        "layer",
        "head",
        "round(entropy, 3)",
        "round(sink_rate, 3)",
        "model",
        "tokens_in",
        "error");
  }

  @Test
  void rerank() {
    spark
        .sql(
            "SELECT 'q' AS query_id, 'snow on a river' AS query, id AS passage_id, text FROM"
                + " documents_of_jobs")
        .write()
        .parquet(folder.resolve("pairs.parquet").toString());
    assertLike(
        job("rerank", "--input", folder.resolve("pairs.parquet")),
        "SELECT passage_id, s.* FROM (SELECT passage_id, rerank_score(query, text) AS s FROM"
            + " parquet.`"
            + folder.resolve("pairs.parquet")
            + "`)",
        "passage_id",
        "round(score, 4)",
        "strategy",
        "model",
        "attention",
        "tokens_in",
        "tokens_out",
        "truncated",
        "error");
  }
}
