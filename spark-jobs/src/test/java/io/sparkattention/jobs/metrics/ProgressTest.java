package io.sparkattention.jobs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.udfs.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {

  @Test
  void rowsAreShownAsTasksWriteThem(@TempDir Path folder) throws InterruptedException {
    SparkSession spark = LocalSpark.session();
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    Progress progress = new Progress(new PrintStream(shown, true, StandardCharsets.UTF_8), "embed");
    Progress silent = new Progress(null, "embed");
    spark.sparkContext().addSparkListener(progress);
    spark.sparkContext().addSparkListener(silent);
    try (progress;
        silent) {
      spark.range(0, 3_000, 1, 3).write().parquet(folder.resolve("rows").toString());
      for (int i = 0; i < 600 && (progress.written() < 3_000 || silent.written() < 3_000); i++) {
        Thread.sleep(50); // Spark tells its listeners from another thread
      }
    } finally {
      spark.sparkContext().removeSparkListener(progress);
      spark.sparkContext().removeSparkListener(silent);
    }
    assertThat(progress.written()).isEqualTo(3_000);
    assertThat(silent.written()).isEqualTo(3_000);
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .contains("\rembed: 1,000 rows, ")
        .contains("\rembed: 3,000 rows, ")
        .endsWith(System.lineSeparator());
  }
}
