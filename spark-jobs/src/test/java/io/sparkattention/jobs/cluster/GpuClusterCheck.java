package io.sparkattention.jobs.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.job.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;

/**
 * A program for machines with GPUs: a standalone cluster whose workers have one GPU each, two tasks
 * to a GPU, each job on it, an executor killed in the middle of each. The rows must be those of one
 * process on the CPU, each executor must load its model once, on the GPU that Spark gave it.
 *
 * <p>It takes a folder and the number of GPUs, and needs the same Java properties as {@link
 * ClusterTest}.
 */
public final class GpuClusterCheck {

  private static final Pattern LOADED = Pattern.compile("ExecutorModels: Loaded .*");
  private static final List<String> RESOURCES =
      List.of(
          "spark.executor.cores=2",
          "spark.executor.resource.gpu.amount=1",
          "spark.task.resource.gpu.amount=0.5");

  private GpuClusterCheck() {}

  /** Prints a line for each job; the exit code is 1 at the first that fails. */
  public static void main(String[] args) {
    try {
      check(args);
      System.exit(0);
    } catch (Exception | AssertionError e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static void check(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    List<List<String>> workers = new ArrayList<>();
    for (int gpu = 0; gpu < Integer.parseInt(args[1]); gpu++) {
      workers.add(worker(folder, gpu));
    }
    Path corpus = SmallCorpus.write(Files.createDirectories(folder.resolve("corpus")));
    try (StandaloneCluster cluster =
        new StandaloneCluster(Files.createDirectories(folder.resolve("cluster")), 2, workers)) {
      for (ClusterJob job : ClusterJob.values()) {
        check(cluster, job, corpus, Files.createDirectories(folder.resolve(job.name())));
      }
    }
  }

  /** A worker that tells of one GPU. */
  private static List<String> worker(Path folder, int gpu) throws IOException {
    String told =
        new ObjectMapper()
            .writeValueAsString(Map.of("name", "gpu", "addresses", List.of(Integer.toString(gpu))));
    Path script = folder.resolve("gpu-" + gpu + ".sh");
    Files.writeString(script, "echo '" + told + "'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Properties properties = new Properties();
    properties.setProperty("spark.worker.resource.gpu.amount", "1");
    properties.setProperty("spark.worker.resource.gpu.discoveryScript", script.toString());
    Path file = folder.resolve("worker-" + gpu + ".conf");
    try (var out = Files.newBufferedWriter(file)) {
      properties.store(out, null);
    }
    return List.of("--properties-file", file.toString());
  }

  private static void check(StandaloneCluster cluster, ClusterJob job, Path corpus, Path folder)
      throws Exception {
    Path output = folder.resolve("gpu");
    try (Application application =
        cluster.submit(RESOURCES, job.arguments(corpus, output, "--device", "gpu"))) {
      application.awaitSlices(output, 1);
      List<ProcessHandle> executors = cluster.executors();
      require(!executors.isEmpty(), "the job ended before an executor could be killed");
      executors.get(0).destroyForcibly();
      require(application.exitCode() == 0, application.output());
      List<String> loads = new ArrayList<>();
      for (String log : application.executorLogs()) {
        List<String> own = LOADED.matcher(log).results().map(MatchResult::group).toList();
        require(own.size() <= 1, "an executor loads its model twice: " + own);
        loads.addAll(own);
      }
      require(
          loads.size() >= 2 && loads.stream().allMatch(load -> load.contains("device=gpu:")),
          "not on GPUs, by the first executor and another: " + loads);
      Path cpu = folder.resolve("cpu");
      Run run = Run.of(job.arguments(corpus, cpu));
      require(run.exitCode() == ExitCode.DONE, run.err());
      List<Row> rows = job.rows(output);
      SameRows.assertSame(rows, job.rows(cpu));
      System.out.println(job + ": " + rows.size() + " rows as on the CPU; " + loads);
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalStateException(problem);
    }
  }
}
