package io.sparkattention.jobs.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A job that was submitted to a cluster.
 *
 * @param before the directories of executors that were there before it
 */
record Application(StandaloneCluster cluster, Process driver, Path log, List<Path> before)
    implements AutoCloseable {

  /** Waits for the driver to end; tells its exit code. */
  int exitCode() throws InterruptedException {
    if (!driver.waitFor(5, TimeUnit.MINUTES)) {
      throw new IllegalStateException("the job does not end; its log: " + output());
    }
    return driver.exitValue();
  }

  /** What the driver has written so far, errors included. */
  String output() {
    return StandaloneCluster.read(log);
  }

  /** Waits until so many slices of an output are committed, while the job still runs. */
  void awaitSlices(Path output, int slices) {
    StandaloneCluster.await(
        slices + " slices of " + output,
        log,
        () -> {
          if (!driver.isAlive()) {
            throw new IllegalStateException("the job has ended too early: " + output());
          }
          return slices(output) >= slices ? true : null;
        });
  }

  private static long slices(Path output) {
    Path commits = output.resolve("_slices");
    if (!Files.isDirectory(commits)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(commits)) {
      return files.filter(file -> file.getFileName().toString().matches("[^._].*\\.json")).count();
    } catch (IOException e) {
      return 0; // seen next time
    }
  }

  /** The logs of this job's executors, one each. */
  List<String> executorLogs() throws IOException {
    return cluster.workDirectories().stream()
        .filter(directory -> !before.contains(directory))
        .map(directory -> StandaloneCluster.read(directory.resolve("stderr")))
        .toList();
  }

  /** Kills the driver with SIGKILL. */
  void kill() throws InterruptedException {
    driver.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    driver.destroyForcibly();
  }
}
