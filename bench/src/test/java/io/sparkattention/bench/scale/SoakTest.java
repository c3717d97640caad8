package io.sparkattention.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.bench.scale.MemoryLog.Sample;
import io.sparkattention.bench.scale.Soak.Finding;
import io.sparkattention.bench.scale.Soak.Work;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The soak over few rows; and it would see what it looks for. */
class SoakTest {

  private static final String TINY = "classpath:golden/bert-sentence-transformer";
  private static final long MIB = 1L << 20;

  private static SparkSession spark;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
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
  void everyRowHasItsResultOrItsReason(Work work) throws IOException {
    List<String> texts =
        IntStream.range(0, 10).mapToObj(i -> "Sentence " + i + " is here. It ends.").toList();
    SoakTable table = new SoakTable(texts, 60, 13);
    PrintWriter out = new PrintWriter(System.out, true);
    Finding finding = new Soak(spark, folder, out, List.of("--model", TINY)).run(work, table);
    assertThat(finding.rows()).isEqualTo(73);
    assertThat(finding.errors()).isEqualTo(13);
    assertThat(finding.reasons())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                Poison.NOT_JSON, 3L, // one more than the others
                Poison.NOT_UTF8, 2L,
                Poison.NULL, 4L, // as many as of both kinds that end so
                Poison.MISSING, 4L,
                Poison.EMPTY, 4L,
                Poison.BLANK, 4L));
    assertThat(finding.ids()).isEqualTo(73);
    assertThat(finding.different()).isZero();
    assertThat(finding.memory()).hasSize(10);
  }

  @Test
  void aResultThatIsNotThatOfItsTextIsSeen() {
    Dataset<Row> expected =
        spark.sql("SELECT 't0-0' AS id, 'a b' AS summary UNION ALL SELECT 't1-0', 'c'");
    Dataset<Row> rows =
        spark.sql(
            "SELECT id, summary, CAST(NULL AS STRING) AS error FROM VALUES ('t0-0', 'a b'),"
                + " ('t0-1', 'a'), ('t1-0', NULL), ('t1-1', 'c') AS t(id, summary)");
    assertThat(Soak.compare(Work.SUMMARIZE, rows, expected).getLong(0)).isEqualTo(2);
    Dataset<Row> vectors = spark.sql("SELECT 't0-0' AS id, array(1.0D, 20.0D) AS vector");
    Dataset<Row> others =
        spark.sql(
            "SELECT id, vector, CAST(NULL AS STRING) AS error FROM VALUES"
                + " ('t0-0', array(1.00001D, 20.001D)), ('t0-1', array(1.0D, 20.1D)),"
                + " ('t0-2', array(1.0D)), ('t0-3', NULL) AS t(id, vector)");
    assertThat(Soak.compare(Work.EMBED, others, vectors).getLong(0)).isEqualTo(1);
  }

  @Test
  void aColumnThatIsNotThereIsNoAgreement() {
    Dataset<Row> rows =
        spark.sql("SELECT 't0-0' AS id, 'a' AS text, CAST(NULL AS STRING) AS error");
    assertThatThrownBy(() -> Soak.compare(Work.SUMMARIZE, rows, rows))
        .hasMessage("the output of summarize has no [summary]");
  }

  @Test
  void memoryThatGrowsIsSeen() {
    assertThat(MemoryLog.flat(samples(1))).isTrue();
    assertThat(MemoryLog.flat(samples(100))).isFalse();
    assertThat(MemoryLog.flat(List.of())).as("nothing was measured").isFalse();
    assertThat(MemoryLog.flat(Collections.nCopies(10, samples(1).get(0)))).isFalse();
  }

  private static List<Sample> samples(long mebibytesEach) {
    return IntStream.rangeClosed(1, 10)
        .mapToObj(i -> new Sample(10 * i, i, i, 500 * MIB, (500 + i * mebibytesEach) * MIB))
        .toList();
  }
}
