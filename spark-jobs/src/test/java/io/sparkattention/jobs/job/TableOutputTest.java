package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Results go to any data source; where that is a table, no row is in it twice. */
class TableOutputTest {

  private static final int DOCUMENTS = 30;

  /** Tables that know how to commit. */
  enum Table {
    DELTA,
    ICEBERG;

    String format() {
      return name().toLowerCase();
    }

    /** What names it: a path, or a name in a catalog. */
    String location(Path folder) {
      return this == DELTA
          ? folder.resolve("table").toString()
          : "lake.db.t" + folder.getFileName().toString().replaceAll("\\W", "");
    }
  }

  @TempDir Path folder;
  @TempDir static Path lake;

  @BeforeEach
  void configure() {
    SparkSession spark = LocalSpark.session();
    // Set for a whole session at its start elsewhere; tests share one that knows no tables.
    spark.conf().set("spark.databricks.delta.requiredSparkConfsCheck.enabled", "false");
    spark.conf().set("spark.databricks.delta.snapshotPartitions", "1");
    spark.conf().set("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set("spark.sql.catalog.lake.type", "hadoop");
    spark.conf().set("spark.sql.catalog.lake.warehouse", lake.toString());
  }

  private Path book() {
    return folder.resolve("book");
  }

  private Run summarize(Path input, Table table, Object... more) {
    Stream<Object> fixed =
        Stream.of(
            "summarize",
            "--input",
            input,
            "--output",
            table.location(folder),
            "--output-format",
            table.format(),
            "--run-directory",
            book(),
            "--strategy",
            "lead",
            "--slice-rows",
            10,
            "--partitions",
            1);
    return Run.of(Stream.concat(fixed, Arrays.stream(more)).toArray());
  }

  private Dataset<Row> rows(Table table) {
    return LocalSpark.session().read().format(table.format()).load(table.location(folder));
  }

  private List<String> ids(Table table) {
    return rows(table).select("id").as(Encoders.STRING()).collectAsList();
  }

  private Path documents(int count) {
    return Lines.documents(count).to(folder.resolve("documents.jsonl"));
  }

  private List<Path> slices() throws IOException {
    try (Stream<Path> files = Files.list(book().resolve("_slices"))) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachSliceIsAppendedAndNoneTwice(Table table) throws IOException {
    Run first = summarize(documents(20), table);
    assertThat(first.exitCode()).as(first.err()).isEqualTo(ExitCode.DONE);
    assertThat(first.out()).contains("20 inputs, 20 rows, 0 errors");
    assertThat(first.out()).contains(table.location(folder));
    assertThat(rows(table).columns()).contains("summary", "error", "duration_ms");
    assertThat(ids(table)).hasSize(20).doesNotHaveDuplicates();
    assertThat(slices()).hasSize(2);
    assertThat(book()).isDirectoryContaining("glob:**_manifest.json");
    assertThat(book()).isDirectoryContaining("glob:**_run.json");
    assertThat(book()).isDirectoryContaining("glob:**_SUCCESS");
    assertThat(book().resolve("_staging")).doesNotExist();

    Files.delete(slices().get(1)); // as a run leaves it that dies between append and record
    Run resumed = summarize(documents(DOCUMENTS), table, "--resume");
    assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(ExitCode.DONE);
    assertThat(resumed.out()).contains("30 inputs, 30 rows, 0 errors");
    assertThat(ids(table)).hasSize(DOCUMENTS).doesNotHaveDuplicates();

    for (Path slice : slices()) {
      Files.delete(slice); // the same after the very first append
    }
    Run again = summarize(documents(DOCUMENTS), table, "--resume");
    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(again.out()).contains("30 inputs, 30 rows, 0 errors");
    assertThat(ids(table)).hasSize(DOCUMENTS);
  }

  @ParameterizedTest
  @EnumSource
  void aTableThatExistsIsRefusedOrReplaced(Table table) throws IOException {
    Path input = documents(10);
    assertThat(summarize(input, table).exitCode()).isEqualTo(ExitCode.DONE);
    Run refused = summarize(input, table);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err())
        .contains("output " + table.location(folder) + " exists: add --resume");
    Run replaced = summarize(documents(4), table, "--overwrite", "--budget", "sentences=1");
    assertThat(replaced.exitCode()).as(replaced.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows(table).filter("size(sentences) = 1").count()).isEqualTo(4);
    assertThat(ids(table)).hasSize(4);
  }

  @Test
  void aTableOfSomebodyElseIsLeftAlone() {
    LocalSpark.session().range(5).write().format("delta").save(Table.DELTA.location(folder));
    for (String mode : List.of("--resume", "--overwrite")) {
      Run run = summarize(documents(3), Table.DELTA, mode);
      assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(run.err()).contains("there is no _manifest.json in file:" + book());
    }
    assertThat(rows(Table.DELTA).count()).isEqualTo(5);
    assertThat(book()).doesNotExist();
  }

  @Test
  void aTableThatLostRowsIsNotResumed() {
    assertThat(summarize(documents(10), Table.DELTA).exitCode()).isEqualTo(ExitCode.DONE);
    LocalSpark.session()
        .read()
        .format("delta")
        .load(Table.DELTA.location(folder))
        .filter("id = 'd1'")
        .write()
        .format("delta")
        .mode("overwrite")
        .save(Table.DELTA.location(folder));
    Run run = summarize(documents(10), Table.DELTA, "--resume");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("of 10 rows that were committed it lacks 9");
  }

  @Test
  void aTableThatTwoRunsAppendedToIsNotResumed() throws IOException {
    assertThat(summarize(documents(10), Table.DELTA).exitCode()).isEqualTo(ExitCode.DONE);
    rows(Table.DELTA)
        .filter("id = 'd1'")
        .write()
        .format("delta")
        .mode("append")
        .save(Table.DELTA.location(folder));
    Run run = summarize(documents(10), Table.DELTA, "--resume");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("cannot be resumed: it holds 1 rows twice");
  }

  @Test
  void aFormatThatCannotBeOpenedIsRefused() {
    Run run =
        Run.of(
            "summarize",
            "--input",
            documents(3),
            "--output",
            folder.resolve("nowhere"),
            "--output-format",
            "jdbc",
            "--strategy",
            "lead");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.problems()).singleElement().asString().contains("cannot be looked at", "url");
    assertThat(folder.resolve("nowhere_run")).doesNotExist();
  }

  @Test
  void theRunDirectoryLiesBesideTheTable() {
    Path table = folder.resolve("beside");
    Run run =
        Run.of(
            "summarize",
            "--input",
            documents(3),
            "--output",
            table,
            "--output-format",
            "delta",
            "--strategy",
            "lead");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(folder.resolve("beside_run")).isDirectoryContaining("glob:**_run.json");
    assertThat(table).isDirectoryContaining("glob:**_delta_log");
  }
}
