package io.sparkattention.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.udfs.LocalSpark;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output has one run at a time: the one that took it last. */
class RunTokenTest {

  private static final OutputSchema SCHEMA =
      OutputSchema.of(
          "things",
          1,
          List.of("id"),
          List.of(DataTypes.createStructField("id", DataTypes.StringType, true)));
  private static final Manifest MANIFEST = new Manifest("job", "things/1", "", Map.of());

  @TempDir Path folder;
  private final SparkSession spark = LocalSpark.session();

  private Path output() {
    return folder.resolve("out");
  }

  private OutputDirectory directory() {
    OutputFormat format = OutputFormat.of(spark, "parquet");
    return new OutputDirectory(spark, output().toString(), format, Optional.empty());
  }

  private Dataset<Row> rows(String... ids) {
    return spark
        .createDataset(List.of(ids), org.apache.spark.sql.Encoders.STRING())
        .selectExpr(
            "value as id",
            "null as model",
            "null as attention",
            "1 as tokens_in",
            "null as tokens_out",
            "false as truncated",
            "null as error",
            "1d as duration_ms")
        .to(SCHEMA.type());
  }

  private List<String> ids() {
    return spark
        .read()
        .parquet(output().toString())
        .select("id")
        .orderBy("id")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void ofTwoRunsThatBeginAtOnceOneIsRefused() throws IOException {
    OutputDirectory first = directory();
    OutputDirectory second = directory();
    for (OutputDirectory each : List.of(first, second)) {
      Problems problems = new Problems();
      each.check(OutputMode.NEW, problems);
      assertThat(problems.isEmpty()).isTrue(); // both looked before either began
    }
    first.open(OutputMode.NEW, MANIFEST, SCHEMA);
    assertThatThrownBy(() -> second.open(OutputMode.NEW, MANIFEST, SCHEMA))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("was just begun by another run");
    SliceWriter writer = new SliceWriter(first, SCHEMA);
    Slice slice = writer.write(0, rows("a", "b"));
    writer.verify(List.of(slice));
    assertThat(slice.counts().inputs()).isEqualTo(2);
    assertThat(ids()).containsExactly("a", "b");
  }

  @Test
  void aRunWhoseOutputWasTakenCommitsNothingMore() throws IOException {
    OutputDirectory older = directory();
    older.open(OutputMode.NEW, MANIFEST, SCHEMA);
    SliceWriter writer = new SliceWriter(older, SCHEMA);
    final Slice kept = writer.write(0, rows("a"));
    OutputDirectory newer = directory();
    assertThat(newer.open(OutputMode.RESUME, MANIFEST, SCHEMA)).containsExactly(kept);
    assertThat(older.isLost()).isTrue();
    assertThatThrownBy(() -> writer.write(1, rows("b")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("another run has taken output");
    Path moved = Files.writeString(output().resolve("slice-00001-part-x.parquet"), "moved in");
    Slice late = new Slice(1, List.of(moved.getFileName().toString()), Counts.NONE, 0);
    assertThatThrownBy(() -> older.commit(late)).hasMessageContaining("another run has taken");
    assertThat(moved).doesNotExist();
    assertThatThrownBy(() -> older.writeRun(null)).hasMessageContaining("another run has taken");
    assertThatThrownBy(() -> writer.verify(List.of(kept)))
        .hasMessageContaining("another run has taken");
    SliceWriter going = new SliceWriter(newer, SCHEMA);
    Slice more = going.write(1, rows("b"));
    going.verify(List.of(kept, more));
    assertThat(ids()).containsExactly("a", "b");
  }

  @Test
  void whatAnotherRunLeftIsNotTakenForOnesOwn() throws IOException {
    OutputDirectory directory = directory();
    directory.open(OutputMode.NEW, MANIFEST, SCHEMA);
    SliceWriter writer = new SliceWriter(directory, SCHEMA);
    Path other = Files.createDirectories(output().resolve("_staging").resolve("another"));
    rows("x").write().parquet(other.resolve("files").toString());
    Slice slice = writer.write(0, rows("a"));
    Files.writeString(output().resolve("slice-00000-part-other.parquet"), "of a run that died");
    writer.verify(List.of(slice));
    assertThat(ids()).containsExactly("a");
    assertThatThrownBy(() -> writer.verify(List.of(slice, slice)))
        .hasMessageContaining("another run has changed the slices");
  }

  @Test
  void replacingTakesTheOutputToo() throws IOException {
    OutputDirectory older = directory();
    older.open(OutputMode.NEW, MANIFEST, SCHEMA);
    OutputDirectory newer = directory();
    assertThat(newer.open(OutputMode.OVERWRITE, MANIFEST, SCHEMA)).isEmpty();
    assertThat(older.isLost()).isTrue();
    assertThat(newer.isLost()).isFalse();
  }
}
