package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.udfs.LocalSpark;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttentionStatsJobTest {

  private static final String TINY = "classpath:golden/bert-sentence-transformer";

  @TempDir Path folder;

  private Dataset<Row> table(String name, Object... more) {
    Path input =
        Lines.documents(3).add("id", "bad", "text", " ").to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve(name);
    Stream<Object> fixed =
        Stream.of(
            "attention-stats",
            "--input",
            input,
            "--output",
            output,
            "--model",
            TINY,
            "--max-error-rate",
            1);
    Run run = Run.of(Stream.concat(fixed, Stream.of(more)).toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    Dataset<Row> rows = Run.table(output);
    assertThat(rows.filter("error is not null").collectAsList())
        .singleElement()
        .satisfies(row -> assertThat((String) row.getAs("error")).isEqualTo("the text is empty"));
    return rows.filter("error is null");
  }

  @Test
  void everyHeadHasARow() {
    Dataset<Row> rows = table("head", "--statistics", "entropy,[sink-rate:k=1,epsilon=0.2]");
    assertThat(rows.columns()).startsWith("id", "layer", "head", "entropy", "sink_rate", "model");
    long heads = rows.select("layer", "head").distinct().count();
    assertThat(heads).isGreaterThan(1);
    assertThat(rows.count()).isEqualTo(3 * heads);
    assertThat(rows.filter("entropy >= 0 and sink_rate between 0 and 1").count())
        .isEqualTo(3 * heads);
  }

  @Test
  void everyDocumentHasARow() {
    Dataset<Row> rows = table("document", "--level", "document");
    assertThat(rows.count()).isEqualTo(3);
    assertThat(rows.columns())
        .startsWith("id", "entropy", "sink_rate", "mean_distance", "received_attention");
  }

  @Test
  void everyTokenHasItsPlaceInTheText() {
    Dataset<Row> rows = table("token", "--level", "token", "--statistics", "received-attention");
    Dataset<Row> texts =
        LocalSpark.session().read().json(folder.resolve("documents.jsonl").toString());
    Dataset<Row> joined = rows.join(texts, "id");
    assertThat(joined.filter("id = 'd0' and position = 0").count()).isEqualTo(1);
    assertThat(joined.filter("start < 0 or end <= start or end > length(text)").count()).isZero();
    assertThat(joined.filter("received_attention is null").count()).isZero();
  }

  @Test
  void statisticsThatDoNotExistAreRefused() {
    Run run =
        Run.of("attention-stats", "--input", "x", "--output", "y", "--statistics", "entropy,magic");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("magic").contains("mean-distance");
    Run brackets =
        Run.of("attention-stats", "--input", "x", "--output", "y", "--statistics", "[entropy");
    assertThat(brackets.err()).contains("brackets do not match");
  }
}
