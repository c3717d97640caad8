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
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any format of files is written in slices and resumed. */
class FileOutputTest {

  @TempDir Path folder;

  private Run run(String format, Object... arguments) {
    Stream<Object> fixed =
        Stream.of("--output", folder.resolve("out"), "--output-format", format, "--slice-rows", 5);
    return Run.of(Stream.concat(Arrays.stream(arguments), fixed).toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "orc"})
  void aRunIsResumed(String format) throws IOException {
    Path input = Lines.documents(10).to(folder.resolve("documents.jsonl"));
    Object[] summarize = {"summarize", "--strategy", "lead", "--input", input};
    assertThat(run(format, summarize).exitCode()).isEqualTo(ExitCode.DONE);
    Files.delete(folder.resolve("out").resolve("_slices").resolve("00001.json"));
    Object[] more = Arrays.copyOf(summarize, summarize.length + 1);
    more[summarize.length] = "--resume";
    Run resumed = run(format, more);
    assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(ExitCode.DONE);
    List<Row> ids =
        LocalSpark.session()
            .read()
            .format(format)
            .load(folder.resolve("out").toString())
            .select("id")
            .collectAsList();
    assertThat(ids).hasSize(10).doesNotHaveDuplicates();
  }

  @Test
  void anOutputOfNoRowsHasItsColumns() throws IOException {
    Path input = Files.writeString(folder.resolve("none.csv"), "id,text\n");
    Run run = run("parquet", "summarize", "--strategy", "lead", "--input", input);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(Run.table(folder.resolve("out")).columns()).contains("id", "summary", "error");
    assertThat(Run.table(folder.resolve("out")).count()).isZero();
  }

  @Test
  void rankingsAreWrittenAsCsvThatIsReadBack() {
    Lines pairs = new Lines();
    for (int i = 0; i < 6; i++) {
      pairs.add("query_id", "q,\"" + i, "query", "Why?", "passage_id", "p" + i, "text", "So.");
    }
    Path input = pairs.to(folder.resolve("pairs.jsonl"));
    Run run = run("csv", "rerank", "--strategy", "bm25", "--input", input);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).contains("6 inputs, 6 rows, 0 errors");
    Run read =
        Run.of(
            "summarize",
            "--strategy",
            "lead",
            "--input",
            folder.resolve("out").resolve("*.csv"),
            "--id-column",
            "query_id",
            "--text-column",
            "passage_id",
            "--output",
            folder.resolve("read"));
    assertThat(read.exitCode()).as(read.err()).isEqualTo(ExitCode.DONE);
    assertThat(read.out()).contains("6 inputs, 6 rows, 0 errors");
    assertThat(Run.table(folder.resolve("read")).select("id").collectAsList())
        .extracting(row -> row.getString(0))
        .contains("q,\"0", "q,\"5");
  }
}
