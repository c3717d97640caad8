package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code attention-stats} refuses before it starts, and why. */
class AttentionStatsRefusalsTest {

  private static final String TINY = "classpath:golden/bert-sentence-transformer";
  private static final String WRITER = "classpath:golden-generation/llama";

  @TempDir Path folder;

  /** What is told of a request that leaves nothing behind. */
  private String reasons(String model, Object... more) {
    Path output = folder.resolve("refused");
    Stream<Object> fixed =
        Stream.of(
            "attention-stats",
            "--input",
            Lines.documents(1).to(folder.resolve("one.jsonl")),
            "--output",
            output,
            "--model",
            model);
    Run run = Run.of(Stream.concat(fixed, Stream.of(more)).toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.USAGE);
    assertThat(output).doesNotExist();
    return run.err();
  }

  @Test
  void generationThatDoesNotFitTheModel() {
    Object[] request = {
      "--site", "generation",
      "--statistics", "entropy,received-attention",
      "--generation", "max_new_tokens=100000"
    };
    assertThat(reasons(WRITER, request))
        .contains("100000 new tokens leave no room for a prompt")
        .contains("received-attention: it looks at all queries of a text");
  }

  @Test
  void sitesThatAreNotThere() {
    assertThat(reasons(TINY, "--site", "cross", "--statistics", "alignment-focus"))
        .contains("is an encoder, which writes nothing");
  }

  @Test
  void focusOfModelsThatFollowNoInstructions() {
    assertThat(reasons(TINY, "--marked-until", "begins", "--statistics", "focus-score"))
        .contains("was not trained to follow instructions")
        .contains("--experimental");
  }

  @Test
  void levelsAndMarksThatStatisticsLack() {
    assertThat(reasons(TINY, "--statistics", "rollout,focus-score,entropy"))
        .contains("rollout:from=all: it has no numbers of level head")
        .contains("focus-score: what is marked is not known: set marked-until");
  }

  @Test
  void statisticsThatDoNotExist() {
    assertThat(reasons(TINY, "--statistics", "entropy,magic"))
        .contains("magic")
        .contains("mean-distance");
    assertThat(reasons(TINY, "--statistics", "[entropy")).contains("brackets do not match");
  }
}
