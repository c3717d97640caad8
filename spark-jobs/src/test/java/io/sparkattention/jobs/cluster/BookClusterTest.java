package io.sparkattention.jobs.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Book;
import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.job.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A book of 200,000 words, summarized by two executors of which one is killed in the middle. */
@Tag("thorough")
class BookClusterTest {

  private static final int WORDS = 200_000;
  private static final Pattern FINISHED = Pattern.compile("Finished task ");

  @TempDir Path folder;

  @Test
  void aKilledExecutorChangesNothing() throws Exception {
    Path input = Book.write(folder.resolve("book.jsonl"), WORDS);
    Path output = folder.resolve("out");
    Object[] settings = {"--partitions", 24};
    try (StandaloneCluster cluster =
            new StandaloneCluster(Files.createDirectories(folder.resolve("cluster")));
        Application application = cluster.submit(Book.arguments(input, output, settings))) {
      List<Path> logs =
          StandaloneCluster.await(
              "two executors at work", application.log(), () -> atWork(cluster));
      assertThat(logs).hasSize(2);
      assertThat(cluster.executors().get(0).destroyForcibly()).isTrue();
      assertThat(application.exitCode()).as(application.output()).isZero();
      assertThat(application.executorLogs()).as("one in place of the killed one").hasSize(3);
    }
    Path undisturbed = folder.resolve("undisturbed");
    Run run = Run.of(Book.arguments(input, undisturbed, settings));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    List<Row> rows = Run.table(output).drop("duration_ms").collectAsList();
    Book.assertSummarized(rows.get(0), input);
    assertThat(rows.get(0).getList(rows.get(0).fieldIndex("chunks")).size()).isGreaterThan(300);
    SameRows.assertSame(rows, Run.table(undisturbed).drop("duration_ms").collectAsList());
  }

  /** The logs of two executors that have both finished some tasks; null until there are. */
  private static List<Path> atWork(StandaloneCluster cluster) {
    try {
      List<Path> logs =
          cluster.workDirectories().stream()
              .map(directory -> directory.resolve("stderr"))
              .filter(log -> FINISHED.matcher(StandaloneCluster.read(log)).results().count() > 4)
              .filter(log -> StandaloneCluster.read(log).contains("ExecutorModels: Loaded"))
              .toList();
      return logs.size() == 2 ? logs : null;
    } catch (java.io.IOException e) {
      return null; // being written
    }
  }
}
