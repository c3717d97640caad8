package io.sparkattention.jobs.notebooks;

import io.sparkattention.jobs.notebooks.Cell.Language;
import io.sparkattention.udfs.executor.SparkAttentionPlugin;
import io.sparkattention.udfs.function.SparkAttentionExtensions;
import io.sparkattention.udfs.metrics.InferenceActivity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;
import scala.tools.nsc.Settings;
import scala.tools.nsc.interpreter.IMain;
import scala.tools.nsc.interpreter.Results;
import scala.tools.nsc.interpreter.shell.ReplReporterImpl;

/**
 * Spark's shell, as spark-shell, Zeppelin and Databricks set it up: Scala's interpreter with
 * classes of its own kind, in a directory that the executors load them from. A process has one.
 */
final class Shell {

  private static final String BINDINGS =
      """
      @transient val spark = org.apache.spark.sql.SparkSession.active
      @transient val sc = spark.sparkContext
      import spark.implicits._
      import org.apache.spark.sql.functions._
      import io.sparkattention.jobs.notebooks.NotebookServer._
      """;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Path directory;
  private final Path classes;
  private SparkSession spark;
  private StringWriter said;
  private IMain interpreter;
  private int interpreters;

  /**
   * Starts Spark. What cells print is caught from now on.
   *
   * @param directory for all that is written
   */
  Shell(Path directory) throws IOException {
    this.directory = directory;
    classes = Files.createDirectories(directory.resolve("classes"));
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    start();
  }

  private void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("Spark shell")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.repl.class.outputDir", classes.toString())
            .config("spark.plugins", SparkAttentionPlugin.class.getName())
            .config("spark.sql.extensions", SparkAttentionExtensions.class.getName())
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", directory.resolve("warehouse").toString())
            .getOrCreate();
    clear();
  }

  /** Stops Spark and starts it anew, as who restarts an interpreter does. */
  void restart() {
    spark.stop();
    long models = InferenceActivity.ofThisProcess().counts().models();
    if (models != 0) {
      throw new IllegalStateException(models + " models outlive the Spark that loaded them");
    }
    start();
  }

  /** Forgets all that cells have defined. */
  void clear() {
    interpreters++;
    // executors remember classes by name
    System.setProperty("scala.repl.name.line", "$notebooks" + interpreters + "line");
    Settings settings = new Settings();
    List<String> arguments =
        List.of(
            "-Yrepl-class-based",
            "-Yrepl-outdir",
            classes.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    settings.processArguments(CollectionConverters.asScala(arguments).toList(), true);
    said = new StringWriter();
    interpreter = new IMain(settings, new ReplReporterImpl(settings, new PrintWriter(said, true)));
    interpreter.initializeCompiler();
    Thread.currentThread().setContextClassLoader(interpreter.classLoader());
    require(run(new Cell(Language.SCALA, BINDINGS)));
  }

  private static void require(RunCell bindings) {
    if (!bindings.succeeded()) {
      throw new IllegalStateException(bindings.said());
    }
  }

  /** Runs a cell; one that fails says why. */
  RunCell run(Cell cell) {
    return switch (cell.language()) {
      case MARKDOWN, CONFIGURATION -> new RunCell(cell, true, "", "");
      case SCALA -> scala(cell);
      case SQL -> sql(cell);
    };
  }

  private RunCell scala(Cell cell) {
    printed.reset();
    said.getBuffer().setLength(0);
    Results.Result result = interpreter.interpret(cell.text());
    return new RunCell(
        cell,
        result == Results.Success$.MODULE$,
        printed.toString(StandardCharsets.UTF_8),
        said.toString());
  }

  private RunCell sql(Cell cell) {
    printed.reset();
    try {
      NotebookServer.display(spark.sql(cell.text()));
      return new RunCell(cell, true, printed.toString(StandardCharsets.UTF_8), "");
    } catch (Exception e) { // Scala throws what it does not declare
      return new RunCell(cell, false, "", e.toString());
    }
  }
}
