package io.sparkattention.jobs.cluster;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.job.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The statistics of a corpus of {@value #DOCUMENTS} documents by two executors of which one is
 * killed in the middle, beside those of an undisturbed process, and those of its halves.
 */
@Tag("thorough")
class CorpusClusterTest {

  private static final int DOCUMENTS = 50_000;
  private static final List<String> COLUMNS =
      List.of("entropy", "sink_rate", "mean_distance", "received_attention");
  private static final List<String> EXACT = List.of("documents", "lowest", "highest");
  private static final List<String> QUANTILES = List.of("p05", "p25", "median", "p75", "p95");
  private static final String[] WORDS = {
    "attention", "every", "query", "key", "value", "head", "layer", "lets", "look", "at", "a", "."
  };

  /** Of a head's number in a document; batches of other sizes add in another order. */
  private static final double ROW_TOLERANCE = 1e-5;

  /** Of means and deviations over the corpus. */
  private static final double TOLERANCE = 1e-7;

  @TempDir Path folder;

  @Test
  void aKilledExecutorChangesNothingAndHalvesAddUp() throws Exception {
    Path all = documents("all", 0, 1);
    Path killed = folder.resolve("killed");
    try (StandaloneCluster cluster =
            new StandaloneCluster(Files.createDirectories(folder.resolve("cluster")));
        Application application = cluster.submit(arguments(all, killed, 8))) {
      application.awaitSlices(killed, 1);
      assertThat(cluster.executors()).hasSize(2);
      assertThat(cluster.executors().get(0).destroyForcibly()).isTrue();
      assertThat(application.driver().waitFor(30, TimeUnit.MINUTES)).isTrue();
      assertThat(application.exitCode()).as(application.output()).isZero();
      assertThat(application.executorLogs()).as("one in place of the killed one").hasSize(3);
    }
    Path undisturbed = run(all, "undisturbed", 3);
    assertSameRows(Run.table(killed), Run.table(undisturbed));
    Map<String, Row> whole = corpus(undisturbed);
    assertSameCorpus(corpus(killed), whole);
    Map<String, Row> even = corpus(run(documents("even", 0, 2), "even-out", 2));
    Map<String, Row> odd = corpus(run(documents("odd", 1, 2), "odd-out", 5));
    whole.forEach((head, row) -> assertSum(even.get(head), odd.get(head), row));
  }

  /** Every {@code step}-th document. */
  private Path documents(String name, int first, int step) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = first; i < DOCUMENTS; i += step) {
      Random random = new Random(i);
      StringBuilder text = new StringBuilder();
      for (int w = 4 + random.nextInt(12); w > 0; w--) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
      }
      lines.add("{\"id\": \"d%d\", \"text\": \"%s\"}".formatted(i, text));
    }
    return Files.write(folder.resolve(name + ".jsonl"), lines);
  }

  private static Object[] arguments(Path input, Path output, int partitions) {
    Path model = Path.of("..", "core", "src", "test", "resources", "golden", "bert");
    return new Object[] {
      "attention-stats",
      "--input",
      input,
      "--output",
      output,
      "--model",
      model.toAbsolutePath().normalize(),
      "--level",
      "corpus",
      "--partitions",
      partitions,
      "--slice-seconds",
      0,
      "--slice-rows",
      10_000
    };
  }

  private Path run(Path input, String name, int partitions) {
    Path output = folder.resolve(name);
    Run run = Run.of(arguments(input, output, partitions));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return output;
  }

  private static void assertSameRows(Dataset<Row> actual, Dataset<Row> expected) {
    List<String> keys = List.of("id", "layer", "head");
    List<Column> columns = new ArrayList<>();
    keys.forEach(key -> columns.add(col(key)));
    COLUMNS.forEach(name -> columns.add(col(name).as("expected_" + name)));
    Dataset<Row> renamed = expected.select(columns.toArray(Column[]::new));
    Dataset<Row> joined = actual.join(renamed, keys.toArray(String[]::new));
    List<Column> found = new ArrayList<>(List.of(count(lit(1)).as("rows")));
    for (String name : COLUMNS) {
      Column away = abs(col(name).minus(col("expected_" + name)));
      found.add(max(away).as(name));
      found.add(count(when(away.gt(0), 1)).as(name + "_unequal"));
    }
    Row row =
        joined.agg(found.get(0), found.subList(1, found.size()).toArray(Column[]::new)).head();
    System.out.println("Heads of documents, largest differences: " + row.json());
    assertThat(row.<Long>getAs("rows")).isEqualTo(actual.count()).isEqualTo(expected.count());
    assertThat(row.<Long>getAs("rows")).isEqualTo(DOCUMENTS * 8L);
    for (String name : COLUMNS) {
      assertThat(row.<Number>getAs(name).doubleValue()).as(name).isLessThan(ROW_TOLERANCE);
    }
  }

  private static Map<String, Row> corpus(Path output) {
    Map<String, Row> rows = new HashMap<>();
    for (Row row : Run.table(output.resolve("_corpus")).collectAsList()) {
      rows.put(row.get(0) + " " + row.get(1) + " " + row.get(2), row);
    }
    return rows;
  }

  private static void assertSameCorpus(Map<String, Row> actual, Map<String, Row> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet()).hasSize(8 * COLUMNS.size());
    double largest = 0;
    double ranks = 0;
    for (String head : expected.keySet()) {
      for (String name : List.of("documents", "mean", "deviation", "lowest", "highest")) {
        double tolerance = EXACT.contains(name) ? ROW_TOLERANCE : TOLERANCE;
        double away = number(actual.get(head), name) - number(expected.get(head), name);
        assertThat(away).as("%s of %s", name, head).isCloseTo(0, within(tolerance));
        largest = Math.max(largest, Math.abs(away));
      }
      Row row = expected.get(head);
      double spread = number(row, "p95") - number(row, "p05");
      for (String name : QUANTILES) {
        double away = Math.abs(number(actual.get(head), name) - number(row, name));
        ranks = Math.max(ranks, spread > 0 ? away / spread : 0);
      }
    }
    System.out.println(
        "Corpus, largest difference of a count, mean, deviation or extreme: "
            + largest
            + "; of a quantile, in widths from p05 to p95: "
            + ranks);
    assertThat(ranks).as("quantiles are those of a sketch").isLessThan(0.05);
  }

  /** What two halves of a corpus tell is what the whole tells. */
  private static void assertSum(Row one, Row other, Row whole) {
    double n = number(one, "documents");
    double m = number(other, "documents");
    double away = number(other, "mean") - number(one, "mean");
    double mean = number(one, "mean") + away * m / (n + m);
    double squares =
        Math.pow(number(one, "deviation"), 2) * (n - 1)
            + Math.pow(number(other, "deviation"), 2) * (m - 1)
            + away * away * n * m / (n + m);
    assertThat(n + m).isEqualTo(number(whole, "documents")).isEqualTo(DOCUMENTS);
    assertThat(mean).isCloseTo(number(whole, "mean"), within(TOLERANCE));
    assertThat(Math.sqrt(squares / (n + m - 1)))
        .isCloseTo(number(whole, "deviation"), within(TOLERANCE));
    assertThat(Math.min(number(one, "lowest"), number(other, "lowest")))
        .isCloseTo(number(whole, "lowest"), within(ROW_TOLERANCE));
    assertThat(Math.max(number(one, "highest"), number(other, "highest")))
        .isCloseTo(number(whole, "highest"), within(ROW_TOLERANCE));
  }

  private static double number(Row row, String name) {
    return row.<Number>getAs(name).doubleValue();
  }
}
