package io.sparkattention.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.text.Sentence;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.function.SparkAttentionExtensions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The SQL function {@code embed} beside the bare loop of the core and beside itself with windows of
 * one row: sentences of the example corpus, one model, one pool of threads, one process, turns
 * taken.
 */
@Command(name = "BatchedSql", mixinStandardHelpOptions = true, usageHelpAutoWidth = true)
public final class BatchedSql implements Callable<Integer> {

  private static final String LOOP = "core batch loop";
  private static final String BATCHED = "SQL function";
  private static final String BY_ROW = "SQL function, row by row";

  @Parameters(description = "the example corpus, such as examples/corpus")
  private Path corpus;

  @Option(names = "--texts", defaultValue = "10000", description = "how many")
  private int texts;

  @Option(names = "--rounds", defaultValue = "5", description = "turns; medians are told")
  private int rounds;

  @Option(names = "--threads", defaultValue = "2", description = "tasks at a time, and forwards")
  private int threads;

  @Option(names = "--model", defaultValue = "minilm", description = "as the jobs take it")
  private String model;

  @Option(names = "--device", defaultValue = "cpu", description = "cpu or gpu")
  private String device;

  @Option(names = "--dtype", defaultValue = "fp32", description = "fp32, fp16 or bf16")
  private String dtype;

  private final Map<String, double[]> seconds = new LinkedHashMap<>();

  /** Prints texts per second of each. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new BatchedSql()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    List<String> sentences = sentences();
    try (SparkSession spark =
            SparkSession.builder()
                .master("local[" + threads + "]")
                .appName("batched-sql")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.extensions", SparkAttentionExtensions.class.getName())
                .getOrCreate();
        TaskModels models = new TaskModels()) {
      spark.sparkContext().setLogLevel("ERROR");
      LoadedModel loaded =
          models.model(
              new ModelSpec(model, "dense", dtype, device.equals("gpu") ? "gpu:0" : device, 0, ""));
      Dataset<Row> table =
          spark
              .createDataset(sentences, Encoders.STRING())
              .toDF("text")
              .repartition(threads)
              .cache();
      table.createOrReplaceTempView("texts");
      table.count();
      run(spark, loaded, sentences);
    }
    return 0;
  }

  private void run(SparkSession spark, LoadedModel loaded, List<String> sentences) {
    Map<String, Runnable> styles = new LinkedHashMap<>();
    styles.put(LOOP, () -> loaded.embedder().embed(sentences, Role.SYMMETRIC));
    styles.put(BATCHED, () -> query(spark, ""));
    styles.put(BY_ROW, () -> query(spark, ", 'window-rows', '1'"));
    long tokens =
        loaded.embedder().embed(sentences.subList(0, Math.min(500, texts)), Role.SYMMETRIC).stream()
            .mapToLong(each -> each.tokens())
            .sum();
    for (int round = -1; round < rounds; round++) {
      for (Map.Entry<String, Runnable> style : styles.entrySet()) {
        long started = System.nanoTime();
        style.getValue().run();
        if (round >= 0) {
          seconds.computeIfAbsent(style.getKey(), key -> new double[rounds])[round] =
              (System.nanoTime() - started) / 1e9;
        }
        if (round < 0 && style.getKey().equals(BATCHED)) {
          break; // nothing more is to be warmed up
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%n%d texts of about %.1f tokens, %s %s on %s, local[%d], medians of %d%n",
        texts,
        (double) tokens / Math.min(500, texts),
        model,
        dtype,
        device,
        threads,
        rounds);
    styles.keySet().forEach(this::print);
    System.out.printf(
        Locale.ROOT,
        "  the function is %.3f x the loop, and %.2f x itself row by row%n",
        median(LOOP) / median(BATCHED),
        median(BY_ROW) / median(BATCHED));
  }

  private void query(SparkSession spark, String more) {
    String options = "map('model', '%s', 'device', '%s', 'dtype', '%s'%s)";
    spark
        .sql("SELECT embed(text, " + options.formatted(model, device, dtype, more) + ") FROM texts")
        .write()
        .format("noop")
        .mode("overwrite")
        .save();
  }

  private void print(String style) {
    double[] times = seconds.get(style);
    System.out.printf(
        Locale.ROOT,
        "  %-26s %9.1f texts/s  (%.2f s; %.2f to %.2f)%n",
        style,
        texts / median(style),
        median(style),
        Arrays.stream(times).min().orElseThrow(),
        Arrays.stream(times).max().orElseThrow());
  }

  private double median(String style) {
    double[] sorted = seconds.get(style).clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private List<String> sentences() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> sentences = new ArrayList<>();
    try (Stream<String> lines = Files.lines(corpus.resolve("speeches.jsonl"))) {
      for (String line : (Iterable<String>) lines::iterator) {
        SentenceSplitters.named("eng").split(json.readTree(line).path("text").asText()).stream()
            .map(Sentence::text)
            .forEach(sentences::add);
      }
    }
    return IntStream.range(0, texts)
        .mapToObj(i -> sentences.get((int) ((long) i * 7 % sentences.size())))
        .toList();
  }
}
