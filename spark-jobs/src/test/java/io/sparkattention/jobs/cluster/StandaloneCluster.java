package io.sparkattention.jobs.cluster;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A standalone cluster of Spark on this machine: a master and workers, each a process of its own,
 * with executors that are processes too. Nothing is shared but the file system.
 */
final class StandaloneCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern MASTER_ADDRESS = Pattern.compile("spark://127\\.0\\.0\\.1:\\d+");
  private static final String MASTER = "org.apache.spark.deploy.master.Master";
  private static final String WORKER = "org.apache.spark.deploy.worker.Worker";
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

  /** These processes end before the second compiler's work pays. */
  private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

  private static final Path HOME = Path.of(System.getProperty("spark.home.under.test"));
  private static final Path SPARK = HOME.resolve("jars");
  private static final String OURS = classPathOfOurs();

  private final Path options =
      Path.of(System.getProperty("spark.attention.home"), "conf", "java-options");
  private final Path directory;
  private final List<Process> daemons = new ArrayList<>();
  private final String address;
  private int applications;

  /** Starts the cluster; logs and the workers' directories lie under {@code directory}. */
  StandaloneCluster(Path directory) throws IOException {
    this(directory, 1, List.of(List.of(), List.of()));
  }

  /**
   * Starts a cluster.
   *
   * @param cores of each worker
   * @param workers what else each is started with
   */
  StandaloneCluster(Path directory, int cores, List<List<String>> workers) throws IOException {
    this.directory = directory;
    try {
      Path log = directory.resolve("master.log");
      daemon(log, MASTER, "--host", "127.0.0.1", "--port", "0", "--webui-port", "0");
      address = await("the master's address", log, () -> find(MASTER_ADDRESS, log));
      for (int worker = 0; worker < workers.size(); worker++) {
        Path work = Files.createDirectories(directory.resolve("worker-" + worker));
        Path workerLog = directory.resolve("worker-" + worker + ".log");
        List<String> arguments = new ArrayList<>(List.of(WORKER, "--host", "127.0.0.1"));
        arguments.addAll(List.of("--webui-port", "0", "--cores", Integer.toString(cores)));
        arguments.addAll(List.of("--memory", "2g", "--work-dir", work.toString()));
        arguments.addAll(workers.get(worker));
        arguments.add(address);
        daemon(workerLog, arguments.toArray(String[]::new));
        Pattern registered = Pattern.compile("registered with master");
        await("worker " + worker, workerLog, () -> find(registered, workerLog));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Submits a job; its driver is a process of its own, whose output goes to {@link #log}. */
  Application submit(Object... arguments) throws IOException {
    return submit(List.of(), arguments);
  }

  /** Submits a job with more configuration, {@code key=value} each. */
  Application submit(List<String> more, Object... arguments) throws IOException {
    Path log = directory.resolve("driver-" + applications++ + ".log");
    List<String> command =
        java(
            "-Xmx1g",
            "-cp",
            OURS + File.pathSeparator + SPARK + "/*",
            "org.apache.spark.deploy.SparkSubmit",
            "--master",
            address,
            "--class",
            "io.sparkattention.jobs.cli.SparkAttention");
    Stream.concat(configuration(), more.stream())
        .flatMap(entry -> Stream.of("--conf", entry))
        .forEach(command::add);
    command.add("spark-internal"); // the class is on the class path: there is no jar to send
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    return new Application(this, start(command, log), log, workDirectories());
  }

  private Stream<String> configuration() {
    return Stream.of(
        "spark.executor.extraClassPath=" + OURS,
        "spark.executor.extraJavaOptions="
            + SHORT_LIVED
            + " -DDJL_OFFLINE=true -DOPT_OUT_TRACKING=true -Dai.djl.pytorch.graph_optimizer=false"
            + " -Dlog4j2.configurationFile=org/apache/spark/log4j2-defaults.properties",
        "spark.executor.memory=1g",
        "spark.driver.host=127.0.0.1",
        "spark.driver.bindAddress=127.0.0.1",
        "spark.ui.enabled=false",
        "spark.ui.showConsoleProgress=false");
  }

  /** What the tests run on, without Spark; surefire hides it behind a jar of its own. */
  private static String classPathOfOurs() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(entry -> !Files.exists(SPARK.resolve(Path.of(entry).getFileName())))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The executors that run now, oldest first. */
  List<ProcessHandle> executors() {
    return daemons.stream()
        .flatMap(daemon -> daemon.toHandle().descendants())
        .filter(ProcessHandle::isAlive)
        .filter(process -> commandLine(process).contains(EXECUTOR))
        .sorted((a, b) -> a.info().startInstant().get().compareTo(b.info().startInstant().get()))
        .toList();
  }

  /** A process's command line as Linux tells it; Java forgets those as long as these. */
  private static String commandLine(ProcessHandle process) {
    return read(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
  }

  /** Where executors log, one directory each, of all applications so far. */
  List<Path> workDirectories() throws IOException {
    try (Stream<Path> files = Files.walk(directory, 3)) {
      return files.filter(file -> file.getFileName().toString().matches("\\d+")).sorted().toList();
    }
  }

  private void daemon(Path log, String... arguments) throws IOException {
    List<String> command = java("-Xmx256m", "-cp", SPARK + "/*");
    command.addAll(List.of(arguments));
    daemons.add(start(command, log));
  }

  private List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + options);
    command.add(SHORT_LIVED);
    command.addAll(List.of(arguments));
    return command;
  }

  private Process start(List<String> command, Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_HOME", HOME.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13"); // where jars lie and nothing else
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  private static String find(Pattern pattern, Path log) {
    Matcher matcher = pattern.matcher(read(log));
    return matcher.find() ? matcher.group() : null;
  }

  static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return ""; // being written
    }
  }

  /** Waits for something, as long as the cluster is patient. */
  static <T> T await(String what, Path log, Supplier<T> probe) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      T found = probe.get();
      if (found != null) {
        return found;
      }
      pause();
    }
    throw new IllegalStateException(what + " did not come; " + log + ":\n" + read(log));
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    for (Process daemon : daemons) {
      daemon.descendants().forEach(ProcessHandle::destroyForcibly);
      daemon.destroyForcibly();
    }
  }
}
