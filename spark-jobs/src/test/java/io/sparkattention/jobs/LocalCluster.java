package io.sparkattention.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a main class of the tests as the driver of a small cluster whose executors are processes.
 * The driver is a process too, since this one has a Spark of its own.
 */
final class LocalCluster {

  private static final String RESULT = "result: ";
  private static final long MOST_SECONDS = 300;

  private LocalCluster() {}

  /** Says what the driver found out. */
  static void tell(Object result) {
    System.out.println(RESULT + result);
  }

  /**
   * Runs a driver on two workers of two cores.
   *
   * @param conf Spark's configuration, as key=value
   * @return what it told; all that it wrote if it told nothing
   */
  static String run(Class<?> driver, Path folder, List<String> conf)
      throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + Page.HOME.resolve("conf/java-options").toAbsolutePath());
    command.addAll(List.of("-cp", classPath));
    List<String> all = new ArrayList<>(conf);
    all.addAll(
        List.of(
            "spark.master=local-cluster[2,2,512]",
            "spark.app.name=" + driver.getSimpleName(),
            "spark.executor.memory=512m",
            "spark.executor.cores=2",
            "spark.ui.enabled=false",
            "spark.executor.extraClassPath=" + classPath));
    all.forEach(each -> command.add("-D" + each));
    command.add(driver.getName());
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("SPARK_HOME", System.getProperty("spark.home.under.test"));
    builder.environment().put("SPARK_SCALA_VERSION", "2.13"); // as Spark's own scripts do
    builder.environment().put("SPARK_LOCAL_HOSTNAME", "localhost");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)).as("ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(log);
    return output
        .lines()
        .filter(line -> line.startsWith(RESULT))
        .map(line -> line.substring(RESULT.length()))
        .findFirst()
        .orElse(output);
  }
}
