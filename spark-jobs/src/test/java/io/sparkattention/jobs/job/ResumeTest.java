package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.FullDiskFileSystem;
import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that dies in the middle keeps what is committed, and a resumed run makes the same rows. */
class ResumeTest {

  private static final int DOCUMENTS = 60;

  @TempDir Path folder;

  private Run summarize(Object input, Object output, Object... more) {
    Stream<Object> fixed =
        Stream.of(
            "summarize",
            "--input",
            input,
            "--output",
            output,
            "--strategy",
            "lead",
            "--slice-seconds",
            0,
            "--slice-rows",
            10,
            "--partitions",
            1);
    return Run.of(Stream.concat(fixed, Arrays.stream(more)).toArray());
  }

  private static List<String> rows(Path output) {
    return Run.table(output).drop("duration_ms").toJSON().collectAsList().stream()
        .sorted()
        .toList();
  }

  private static JsonNode run(Path output) throws IOException {
    return new ObjectMapper().readTree(output.resolve("_run.json").toFile());
  }

  @Test
  void aRunThatFindsTheDiskFullIsResumed() throws IOException {
    Path input = Lines.documents(DOCUMENTS).to(folder.resolve("documents.jsonl"));
    Path whole = folder.resolve("whole");
    assertThat(summarize(input, whole).exitCode()).isEqualTo(ExitCode.DONE);

    Path output = folder.resolve("out");
    FullDiskFileSystem.leave(40_000);
    Run failed = summarize(input, "full://" + output);
    assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.err())
        .contains("No space left on device")
        .containsPattern("[1-5] slices with \\d+ rows are committed in full:")
        .contains("run again with --resume");
    List<String> committed = rows(output);
    assertThat(committed).hasSizeBetween(1, DOCUMENTS - 1);
    assertThat(rows(whole)).containsAll(committed);

    Files.writeString(output.resolve("slice-00099-part-left-over.parquet"), "half a file");
    FullDiskFileSystem.leave(Long.MAX_VALUE);
    Run resumed = summarize(input, "full://" + output, "--resume");
    assertThat(resumed.exitCode()).as(resumed.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows(output)).isEqualTo(rows(whole));
    assertThat(run(output).at("/counts/inputs").asLong()).isEqualTo(DOCUMENTS);
    assertThat(run(output).at("/slices/earlier").asInt()).isPositive();
    assertThat(output.resolve("_staging")).doesNotExist();
  }

  @Test
  void aFinishedRunIsNotComputedAgain() throws IOException {
    Path input = Lines.documents(DOCUMENTS).to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    summarize(input, output);
    List<String> before = rows(output);
    Run again = summarize(input, output, "--resume");
    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows(output)).isEqualTo(before);
    JsonNode slices = run(output).get("slices");
    assertThat(slices.get("committed")).isEqualTo(slices.get("earlier"));
  }

  @Test
  void documentsThatWereAddedAreComputed() {
    Path input = Lines.documents(20).to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    summarize(input, output);
    Lines.documents(35).to(input);
    Run more = summarize(input, output, "--resume");
    assertThat(more.exitCode()).as(more.err()).isEqualTo(ExitCode.DONE);
    assertThat(Run.table(output).select("id").distinct().count()).isEqualTo(35);
    assertThat(rows(output)).hasSize(35);
  }

  @Test
  void slicesGrowWhereTheyAreFast() throws IOException {
    Path input = Lines.documents(DOCUMENTS).to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    Run run =
        Run.of(
            "summarize",
            "--input",
            input,
            "--output",
            output,
            "--strategy",
            "lead",
            "--slice-seconds",
            3600,
            "--slice-rows",
            10,
            "--partitions",
            1);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode slices = run(output).get("slices");
    assertThat(slices.get("committed").asInt()).isEqualTo(2); // a sixth, then the rest
    assertThat(Run.table(output).select("id").distinct().count()).isEqualTo(DOCUMENTS);
    assertThat(rows(output)).hasSize(DOCUMENTS);
  }

  @Test
  void queriesThatWereAddedAreRankedWhateverTheSizeOfSlices() {
    Lines pairs = new Lines();
    pairs(pairs, 0, 7).to(folder.resolve("pairs.jsonl"));
    Path output = folder.resolve("out");
    Object[] rerank = {
      "rerank",
      "--input",
      folder.resolve("pairs.jsonl"),
      "--output",
      output,
      "--strategy",
      "bm25",
      "--slice-seconds",
      0
    };
    assertThat(Run.of(with(rerank, "--slice-rows", 5)).exitCode()).isEqualTo(ExitCode.DONE);
    pairs(pairs, 7, 12).to(folder.resolve("pairs.jsonl"));
    Run more = Run.of(with(rerank, "--slice-rows", 9, "--resume"));
    assertThat(more.exitCode()).as(more.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows(output)).hasSize(36);
    assertThat(Run.table(output).select("query_id", "passage_id").distinct().count()).isEqualTo(36);
  }

  private static Lines pairs(Lines lines, int from, int to) {
    for (int query = from; query < to; query++) {
      for (int passage = 0; passage < 3; passage++) {
        String text = "passage " + passage;
        lines.add("query_id", "q" + query, "query", "passage", "passage_id", text, "text", text);
      }
    }
    return lines;
  }

  private static Object[] with(Object[] arguments, Object... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray();
  }

  @Test
  void aSearchIsNotBegunForAnOutputOfOtherSettings() throws IOException {
    Path queries =
        new Lines().add("query_id", "q", "query", "cats").to(folder.resolve("queries.jsonl"));
    Path passages =
        new Lines().add("passage_id", "p", "text", "cats").to(folder.resolve("passages.jsonl"));
    Path output = folder.resolve("out");
    Object[] rerank = {
      "rerank",
      "--queries",
      queries,
      "--passages",
      passages,
      "--output",
      output,
      "--strategy",
      "bm25"
    };
    Run first = Run.of(rerank);
    assertThat(first.exitCode()).as(first.err()).isEqualTo(ExitCode.DONE);
    long before = Files.getLastModifiedTime(output.resolve("_run.json")).toMillis();
    Run other = Run.of(with(rerank, "--resume", "--top-k", 7));
    assertThat(other.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("--top-k was '100' and is '7'");
    assertThat(Files.getLastModifiedTime(output.resolve("_run.json")).toMillis()).isEqualTo(before);
  }

  @Test
  void otherSettingsAreRefusedWithTheirDifferences() {
    Path input = Lines.documents(5).to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    summarize(input, output);
    Run other =
        Run.of(
            "summarize",
            "--input",
            input,
            "--output",
            output,
            "--resume",
            "--strategy",
            "random:seed=2",
            "--slice-rows",
            "7");
    assertThat(other.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err())
        .contains("cannot be resumed with other settings")
        .contains("--strategy was 'lead' and is 'random:seed=2'")
        .doesNotContain("slice-rows");
  }

  @Test
  void overwritingReplacesWhatIsThere() {
    Path input = Lines.documents(5).to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    summarize(input, output);
    Path other = Lines.documents(3).to(folder.resolve("other.jsonl"));
    assertThat(summarize(other, output, "--overwrite").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(rows(output)).hasSize(3);
  }

  @Test
  void anInputInsideTheOutputIsNotOverwritten() {
    Path input = Lines.documents(5).to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    summarize(input, output);
    Run eaten = summarize(output, output, "--overwrite", "--text-column", "summary");
    assertThat(eaten.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(eaten.err()).contains("lies in the output");
    assertThat(rows(output)).hasSize(5);
  }

  @Test
  void twoRunsAtOnceLeaveNoRowTwice() throws Exception {
    Path input = Lines.documents(DOCUMENTS).to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Run>> both =
          threads.invokeAll(
              List.of(() -> summarize(input, output), () -> summarize(input, output)));
      List<ExitCode> codes = List.of(both.get(0).get().exitCode(), both.get(1).get().exitCode());
      assertThat(codes).containsOnlyOnce(ExitCode.DONE);
    } finally {
      threads.shutdown();
    }
    assertThat(rows(output)).hasSize(DOCUMENTS);
    assertThat(Run.table(output).select("id").distinct().count()).isEqualTo(DOCUMENTS);
    assertThat(run(output).at("/status").asText()).isEqualTo("done");
    Run again = summarize(input, output, "--resume");
    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows(output)).hasSize(DOCUMENTS);
  }

  @Test
  void anOutputThatCannotBeWrittenFails() throws IOException {
    Path input = Lines.documents(5).to(folder.resolve("documents.jsonl"));
    FullDiskFileSystem.leave(0);
    Run failed = summarize(input, "full://" + folder.resolve("out"));
    assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.err()).contains("No space left on device").contains("0 slices");
  }
}
