package io.sparkattention.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.measure.PeakMemory;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.statistics.AttentionStatistic;
import io.sparkattention.statistics.AttentionStatistics;
import io.sparkattention.statistics.StatisticClass;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsExtractor.Source;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.statistics.TextSpan;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * What statistics of attention cost beside the plain forward pass of the same model over the same
 * document, interleaved, and how much memory they take. The models have random weights and are made
 * here: nothing but the class path is needed. Prints one line of JSON a measurement.
 *
 * <p>{@code java io.sparkattention.bench.StatisticsCost DEVICE DTYPE LENGTHS [PARTS] [MODELS]},
 * such as {@code gpu bf16 4096} or {@code cpu fp32 32768 moments,columns minilm}. Parts are {@code
 * moments} (all of the class together), {@code columns} (all moments and all columns), {@code row},
 * {@code replay}, {@code bounded}, {@code experiment}, {@code parameters}, or the spec of one
 * statistic. {@code -Dexperiments=…} tokens that experiments read at most, {@code -Drounds=…} how
 * often each is timed, {@code -Dattention=…} a mechanism, {@code -Dsamples=true} where time goes.
 */
public final class StatisticsCost {

  private static final Map<String, RandomEncoder> MODELS =
      Map.of("minilm", new RandomEncoder(6, 12, 32), "bert-base", new RandomEncoder(12, 12, 64));
  private static final String PARTS = "moments,columns,row,replay,bounded,experiment,parameters";
  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final int EXPERIMENTS = Integer.getInteger("experiments", 64);
  private static final boolean SAMPLES = Boolean.getBoolean("samples");
  private static final String ATTENTION = System.getProperty("attention", "dense");
  private static final double LONG = 30; // seconds, from which on nothing is repeated

  private final String name;
  private final RandomEncoder shape;
  private final LoadedModel model;
  private final int length;

  private StatisticsCost(String name, LoadedModel model, int length) {
    this.name = name;
    this.shape = MODELS.get(name);
    this.model = model;
    this.length = length;
  }

  /** Measures; what cannot be measured is a line with the reason. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 3) {
      throw new IllegalArgumentException("use: DEVICE DTYPE LENGTHS [PARTS] [MODELS]");
    }
    System.out.printf(
        "{\"engine\": \"%s\", \"device\": \"%s\", \"java\": \"%s\", \"arguments\": \"%s\"}%n",
        TorchEngine.engine().getVersion(),
        TorchEngine.device(arguments[0]),
        System.getProperty("java.version"),
        String.join(" ", arguments));
    String parts = arguments.length > 3 ? arguments[3] : PARTS;
    String models = arguments.length > 4 ? arguments[4] : "minilm,bert-base";
    for (String name : models.split(",")) {
      Path directory = Files.createTempDirectory("random-encoder");
      MODELS.get(name).write(directory);
      for (String length : arguments[2].split(",")) {
        int tokens = Integer.parseInt(length);
        ModelSpec spec = new ModelSpec(name, ATTENTION, arguments[1], arguments[0], tokens, "");
        ExecutorService inference = Executors.newSingleThreadExecutor();
        try (LoadedModel loaded = LoadedModel.load(directory, spec, inference)) {
          StatisticsCost cost = new StatisticsCost(name, loaded, tokens);
          Stream.of(parts.split(",")).forEach(cost::measure);
        } finally {
          inference.shutdown();
        }
      }
      try (Stream<Path> files = Files.list(directory)) {
        files.forEach(file -> file.toFile().delete());
      }
      Files.delete(directory);
    }
  }

  private void measure(String part) {
    AttentionReader reader = model.attentionReader();
    List<String> specs = specs(part, reader);
    boolean experiment = StatisticsPlan.of(specs).classes().containsKey(StatisticClass.EXPERIMENT);
    int tokens = experiment ? Math.min(length, EXPERIMENTS) : length;
    String text = RandomEncoder.text(tokens - 2);
    Source source = new Source(text, new TextSpan(0, text.length() / 4));
    Tokens sequence = model.tokenizer().encode(text);
    try {
      StatisticsPlan plan = StatisticsPlan.of(specs).withExperimental(true);
      boolean ofModel = experiment || plan.classes().containsKey(StatisticClass.PARAMETERS);
      StatisticsExtractor kept = new StatisticsExtractor(reader, plan);
      Runnable statistics = // an extractor keeps what it found of the model: a new one each time
          () ->
              (ofModel ? new StatisticsExtractor(reader, plan) : kept).extractAll(List.of(source));
      Runnable plain = () -> forward(reader, model.tokenizer().encode(text));
      tell(part, specs, sequence, plain, statistics, () -> forward(reader, sequence));
    } catch (RuntimeException e) { // one that fails does not end the run
      String message = String.valueOf(e.getMessage()).replaceAll("[\"\\s]+", " ");
      System.out.printf(
          "{\"model\": \"%s\", \"tokens\": %d, \"part\": \"%s\", \"error\": \"%s\"}%n",
          name, sequence.length(), part, message);
      e.printStackTrace();
    }
  }

  /** The statistics of a part that the model can give. */
  private static List<String> specs(String part, AttentionReader reader) {
    List<String> specs = new ArrayList<>();
    for (var entry : AttentionStatistics.REGISTRY.entries()) {
      AttentionStatistic statistic = AttentionStatistics.REGISTRY.parse(entry.name());
      String kind = statistic.statisticClass().name().toLowerCase(Locale.ROOT);
      boolean asked =
          part.equals(kind)
              || kind.equals("moment") && (part.equals("moments") || part.equals("columns"))
              || kind.equals("column") && part.equals("columns");
      if (asked && statistic.unsupportedReasons(reader.shape()).isEmpty()) {
        specs.add(entry.name());
      }
    }
    return specs.isEmpty() ? List.of(part) : specs;
  }

  /** The plain forward pass; waits until it is done. */
  private static void forward(AttentionReader reader, Tokens sequence) {
    reader.run(
        List.of(sequence),
        (scope, batch, places) -> {
          try (NDArray hidden = reader.model().read(scope, batch, List.of()); // (N, hidden)
              NDArray first = hidden.get(0);
              NDManager local = scope.newSubManager()) {
            return List.of(
                AttentionArrays.on(scope).cast(local, first, Precision.FP32).toFloatArray()[0]);
          }
        });
  }

  private void tell(
      String part,
      List<String> specs,
      Tokens sequence,
      Runnable plain,
      Runnable statistics,
      Runnable forward) {
    Device device = model.owner().getDevice();
    double[] first = new double[2];
    long plainBytes = PeakMemory.of(device, () -> first[0] = seconds(plain)); // both warm up
    long bytes = PeakMemory.of(device, () -> first[1] = seconds(statistics));
    boolean once = first[1] > LONG;
    for (int i = 0; i < (once ? 0 : first[1] > 1 ? 1 : 10); i++) {
      plain.run(); // Java's compiler sees the calls
      statistics.run();
    }
    if (SAMPLES) {
      try (StackSamples samples = new StackSamples()) {
        for (int i = 0; i < 5; i++) {
          statistics.run();
        }
      }
    }
    int rounds = once ? 1 : ROUNDS;
    double[] plains = new double[rounds];
    double[] watched = new double[rounds];
    double[] ratios = new double[rounds];
    double[] forwards = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      if (once) {
        plains[i] = first[0];
        watched[i] = first[1];
      } else if (i % 2 == 0) {
        plains[i] = seconds(plain);
        watched[i] = seconds(statistics);
      } else {
        watched[i] = seconds(statistics);
        plains[i] = seconds(plain);
      }
      forwards[i] = once ? first[0] : seconds(forward);
      ratios[i] = watched[i] / plains[i];
    }
    double tokenizing = median(plains) - median(forwards);
    long matrix = (long) shape.heads() * sequence.length() * sequence.length() * Float.BYTES;
    System.out.printf(
        Locale.ROOT,
        "{\"model\": \"%s\", \"attention\": \"%s\", \"tokens\": %d, \"part\": \"%s\","
            + " \"statistics\": %d, \"rounds\": %d, \"plain_ms\": %.2f, \"forward_ms\": %.2f,"
            + " \"ms\": %.2f, \"ratio\": %.2f, \"ratio_of_forward\": %.2f, \"plain_peak_mib\": %d,"
            + " \"peak_mib\": %d, \"matrices_mib\": %d, \"matrices_of_a_layer_mib\": %d}%n",
        name,
        ATTENTION,
        sequence.length(),
        part,
        specs.size(),
        rounds,
        1e3 * median(plains),
        1e3 * median(forwards),
        1e3 * median(watched),
        median(ratios),
        (median(watched) - tokenizing) / median(forwards),
        plainBytes >> 20,
        bytes >> 20,
        shape.layers() * matrix >> 20,
        matrix >> 20);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
