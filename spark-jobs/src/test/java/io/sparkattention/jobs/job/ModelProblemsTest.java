package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that cannot be used is refused before any work, with every reason. */
class ModelProblemsTest {

  @TempDir Path folder;
  private Path input;
  private Path output;
  private Path model;

  @BeforeEach
  void copyModel() throws IOException {
    input = Lines.documents(3).to(folder.resolve("documents.jsonl"));
    output = folder.resolve("out");
    model = GoldenModel.copy("bert-sentence-transformer", folder.resolve("model"));
  }

  private List<String> refusal(Object... more) {
    Stream<Object> fixed =
        Stream.of("embed", "--input", input, "--output", output, "--model", model);
    Run run = Run.of(Stream.concat(fixed, Stream.of(more)).toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.USAGE);
    assertThat(output).doesNotExist();
    return run.problems();
  }

  @Test
  void aWholeModelIsUsed() {
    Run run = Run.of("embed", "--input", input, "--output", output, "--model", model);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void missingFilesAreTold() throws IOException {
    Files.delete(model.resolve("config.json"));
    assertThat(refusal()).singleElement().asString().contains("config.json");
  }

  @Test
  void aTruncatedFileIsTold() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }
    assertThat(refusal())
        .anyMatch(problem -> problem.contains("model.safetensors"))
        .anyMatch(problem -> problem.contains("truncated"));
  }

  @Test
  void aMissingDirectoryIsToldWithTheKnownNames() {
    model = folder.resolve("none");
    assertThat(refusal())
        .singleElement()
        .asString()
        .contains("there is no model at " + model)
        .contains("minilm");
  }

  @Test
  void aGpuWhereThereIsNoneIsTold() {
    assertThat(refusal("--device", "gpu"))
        .singleElement()
        .asString()
        .contains("gpu:0 was asked for")
        .contains("no GPU");
  }

  @Test
  void aModelWithoutAScoringHeadCannotScorePairs() {
    Path pairs =
        new Lines()
            .add("query_id", "q", "query", "Why?", "passage_id", "p", "text", "Because.")
            .to(folder.resolve("pairs.jsonl"));
    Run run =
        Run.of(
            "rerank",
            "--input",
            pairs,
            "--output",
            output,
            "--model",
            model,
            "--strategy",
            "cross-encoder");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("has no classification head and cannot score pairs");
  }

  @Test
  void theModelIsNamedBesideOtherProblems() throws IOException {
    Files.delete(model.resolve("tokenizer.json"));
    input = folder.resolve("none.jsonl");
    assertThat(refusal())
        .hasSize(2)
        .anyMatch(problem -> problem.contains("there is no such file"))
        .anyMatch(problem -> problem.contains("tokenizer.json"));
  }
}
