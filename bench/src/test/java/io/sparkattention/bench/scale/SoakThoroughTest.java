package io.sparkattention.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.bench.scale.Soak.Finding;
import io.sparkattention.bench.scale.Soak.Work;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many rows with poisoned ones among them, through every job; some minutes each on two cores. */
@Tag("thorough")
class SoakThoroughTest {

  private static final int LONG_WORDS = 20_000;

  private static SparkSession spark;
  private static ScaleTables tables;
  private static String twoLayers;
  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    tables = ScaleTables.of(Path.of("..", "examples", "corpus"));
    twoLayers = TwoLayers.write(shared.resolve("model")).toString();
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
    spark.sparkContext().setLogLevel("WARN");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @EnumSource(Work.class)
  void shortDocuments(Work work) throws IOException {
    soak(work, new SoakTable(Soak.few(tables.sentences(), 200_000), 200_000, 1_000));
  }

  @ParameterizedTest
  @EnumSource(Work.class)
  void longDocuments(Work work) throws IOException {
    int rows = work == Work.ATTENTION_STATS ? 20 : 500; // its time grows with the square
    List<String> texts = tables.documents(rows / 10, LONG_WORDS);
    soak(work, new SoakTable(texts, rows, 10));
  }

  private void soak(Work work, SoakTable table) throws IOException {
    PrintWriter out = new PrintWriter(System.out, true);
    Finding finding = new Soak(spark, folder, out, List.of("--model", twoLayers)).run(work, table);
    assertThat(finding.good(table)).as("%s", finding).isTrue();
  }
}
