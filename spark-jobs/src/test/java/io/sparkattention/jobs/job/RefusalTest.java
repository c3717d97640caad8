package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What cannot run is refused with every reason at once, and nothing is written. */
class RefusalTest extends LeadRuns {

  @Test
  void everyReasonIsToldAtOnce() throws IOException {
    Path input = new Lines().add("name", "a").to(folder.resolve("documents.jsonl"));
    Files.createDirectories(output());
    Files.writeString(output().resolve("something"), "");
    Run run = summarize(input, "--resume", "--overwrite");
    assertThat(run.problems()).hasSize(3);
  }

  @Test
  void wrongSettingsHideNothingThatTheInputShows() throws IOException {
    Path input = new Lines().add("name", "a").to(folder.resolve("documents.jsonl"));
    Files.createDirectories(output());
    Path precious = Files.writeString(output().resolve("precious.txt"), "keep me");
    Run run =
        Run.of(
            "attention-stats",
            "--input",
            input,
            "--output",
            output(),
            "--statistics",
            "entropi,[sink-rate:k=0,foo=1]",
            "--attention",
            "dnse",
            "--slice-rows",
            "none",
            "--model",
            folder.resolve("no-model"));
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.problems())
        .hasSize(5)
        .anyMatch(
            p ->
                p.contains("unknown statistic 'entropi' (did you mean 'entropy'?)")
                    && p.contains("it has no option 'foo'")
                    && p.contains("k=0: tokens count from 1"))
        .anyMatch(p -> p.contains("unknown attention 'dnse' (did you mean 'dense'?)"))
        .anyMatch(p -> p.startsWith("--slice-rows none:"))
        .anyMatch(p -> p.startsWith("output ") && p.contains("exists"))
        .anyMatch(p -> p.startsWith("column 'text' is missing"));
    assertThat(precious).hasContent("keep me");
    assertThat(output()).isDirectoryContaining("glob:**precious.txt");
  }

  @Test
  void aModelIsCheckedBesideSettingsItDoesNotNeed() {
    Path input = Lines.documents(1).to(folder.resolve("documents.jsonl"));
    Path model = folder.resolve("no-model");
    Run run =
        Run.of(
            "embed",
            "--input",
            input,
            "--output",
            output(),
            "--model",
            model,
            "--partitions",
            "some");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.problems())
        .hasSize(2)
        .anyMatch(p -> p.startsWith("--partitions some:"))
        .anyMatch(p -> p.contains("there is no model at " + model));
    assertThat(output()).doesNotExist();
  }

  @Test
  void outputsThatCannotBeReachedOrReadAgainAreRefused() {
    Path input = Lines.documents(1).to(folder.resolve("documents.jsonl"));
    assertThat(summarizeTo("abfs://data@account/x", input).problems())
        .singleElement()
        .asString()
        .startsWith("output abfs://data@account/x is on no file system: ")
        .contains("AzureBlobFileSystem");
    for (String name : List.of("br[1]", "a*", "b{1,2}", "why?")) {
      Path output = folder.resolve(name);
      assertThat(summarizeTo(output, input).problems())
          .containsExactly(
              "output file:"
                  + output
                  + " could not be read again: Spark takes *, ?, [, { and \\ in paths as patterns:"
                  + " name another");
      assertThat(output).doesNotExist();
    }
  }

  @Test
  void inputsAndOutputsDoNotLieInOneAnother() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Lines.documents(1).to(data.resolve("documents.jsonl"));
    Path inside = data.resolve("deep").resolve("out");
    for (Object input : List.of(data, folder.resolve("*"), folder.resolve("d?ta").resolve("*"))) {
      assertThat(summarizeTo(inside, input).problems())
          .containsExactly(
              "output file:"
                  + inside
                  + " lies in the input "
                  + input
                  + " and would be read with it: name another output");
    }
    assertThat(inside).doesNotExist();
    Path within = data.resolve("documents.jsonl");
    assertThat(summarizeTo(data, within, "--resume").problems())
        .contains("input " + within + " lies in the output file:" + data + ": name another output");
    Run beside = summarizeTo(folder.resolve("data-out"), data);
    assertThat(beside.exitCode()).as(beside.err()).isEqualTo(ExitCode.DONE);
    Run matched = summarizeTo(data.resolve("out"), data.resolve("*.jsonl"));
    assertThat(matched.exitCode()).as(matched.err()).isEqualTo(ExitCode.DONE);
  }

  private static Run summarizeTo(Object output, Object input, Object... more) {
    Object[] fixed = {"summarize", "--strategy", "lead", "--input", input, "--output", output};
    return Run.of(Stream.concat(Arrays.stream(fixed), Arrays.stream(more)).toArray());
  }

  @Test
  void formatsThatCannotHoldTheResultsAreRefused() {
    Path input = Lines.documents(1).to(folder.resolve("documents.jsonl"));
    assertThat(summarize(input, "--output-format", "parket").problems())
        .singleElement()
        .asString()
        .startsWith("--output-format parket: Spark finds no such data source")
        .contains("did you mean 'parquet'?");
    assertThat(summarize(input, "--output-format", "csv").problems())
        .singleElement()
        .asString()
        .startsWith("--output-format csv cannot hold sentences (array<");
    assertThat(summarize(input, "--output-format", "binaryFile").problems())
        .singleElement()
        .asString()
        .startsWith("--output-format binaryFile cannot be written: ")
        .endsWith(": use another, such as json, orc or parquet");
    assertThat(summarize(input, "--output-format", "rate").problems())
        .containsExactly(
            "--output-format rate cannot be written: it takes no batches of rows: use another, such"
                + " as json, orc or parquet");
    assertThat(summarize(input, "--run-directory", folder.resolve("run")).problems())
        .singleElement()
        .asString()
        .startsWith("--run-directory is for tables");
    assertThat(output()).doesNotExist();
  }
}
