package io.sparkattention.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.job.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Jobs on a cluster of separate processes whose executors and drivers are killed in the middle:
 * what they write equals what an undisturbed run in one process writes.
 */
class ClusterTest {

  private static final Pattern LOADED = Pattern.compile("ExecutorModels: Loaded ");

  private static StandaloneCluster cluster;
  private static Path corpus;
  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    corpus = SmallCorpus.write(Files.createDirectories(shared.resolve("corpus")));
    cluster = new StandaloneCluster(Files.createDirectories(shared.resolve("cluster")));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void anExecutorThatIsKilledCostsNothing() throws Exception {
    killAnExecutor(ClusterJob.RERANK);
  }

  @Tag("thorough") // a minute each
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RERANK")
  void anExecutorThatIsKilledCostsNoJobAnything(ClusterJob job) throws Exception {
    killAnExecutor(job);
  }

  private void killAnExecutor(ClusterJob job) throws Exception {
    Path output = folder.resolve("out");
    try (Application application = cluster.submit(job.arguments(corpus, output))) {
      application.awaitSlices(output, 1);
      ProcessHandle executor = cluster.executors().get(0);
      assertThat(executor.destroyForcibly()).isTrue();
      assertThat(application.exitCode()).as(application.output()).isZero();
      SameRows.assertSame(job.rows(output), undisturbed(job));
      List<String> logs = application.executorLogs();
      assertThat(logs).as("two executors, and one in place of the killed one").hasSize(3);
      for (String log : logs) {
        assertThat(LOADED.matcher(log).results().count()).as(log).isLessThanOrEqualTo(1);
      }
      assertThat(logs).filteredOn(log -> LOADED.matcher(log).find()).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void aDriverThatIsKilledLosesAtMostOneSlice() throws Exception {
    ClusterJob job = ClusterJob.EMBED;
    Path output = folder.resolve("out");
    try (Application application = cluster.submit(job.arguments(corpus, output))) {
      application.awaitSlices(output, 2);
      application.kill();
    }
    List<Row> committed = job.rows(output);
    assertThat(committed).isNotEmpty();
    try (Application application = cluster.submit(job.arguments(corpus, output, "--resume"))) {
      assertThat(application.exitCode()).as(application.output()).isZero();
    }
    List<Row> rows = job.rows(output);
    SameRows.assertSame(rows, undisturbed(job));
    assertThat(rows).as("what was committed is kept as it was").containsAll(committed);
    JsonNode slices =
        new ObjectMapper().readTree(output.resolve("_run.json").toFile()).get("slices");
    assertThat(slices.get("earlier").asInt()).isBetween(2, slices.get("committed").asInt() - 1);
  }

  private List<Row> undisturbed(ClusterJob job) {
    Path output = folder.resolve("undisturbed");
    Run run = Run.of(job.arguments(corpus, output));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return job.rows(output);
  }
}
