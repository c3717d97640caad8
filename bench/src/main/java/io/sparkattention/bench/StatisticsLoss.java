package io.sparkattention.bench;

import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.statistics.AttentionStatistic;
import io.sparkattention.statistics.AttentionStatistics;
import io.sparkattention.statistics.DocumentStatistics;
import io.sparkattention.statistics.StatisticClass;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsExtractor.Source;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.statistics.TextSpan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What statistics of attention lose in reduced precision: those of every head beside the same
 * model's in fp32 on the same device, over one document. Prints a row of a table for each
 * statistic.
 *
 * <p>{@code java io.sparkattention.bench.StatisticsLoss DEVICE DTYPES TOKENS [MODEL TEXT]}, such as
 * {@code gpu bf16,fp16 4096}: without a model's directory and a file with text, a model with random
 * weights reads random words.
 */
public final class StatisticsLoss {

  private static final Set<StatisticClass> CLASSES =
      EnumSet.of(
          StatisticClass.MOMENT, StatisticClass.COLUMN, StatisticClass.ROW, StatisticClass.REPLAY);

  private StatisticsLoss() {}

  /** Prints the table. */
  public static void main(String[] arguments) throws IOException {
    int tokens = Integer.parseInt(arguments[2]);
    boolean random = arguments.length < 5;
    Path directory = random ? Files.createTempDirectory("random-encoder") : Path.of(arguments[3]);
    if (random) {
      new RandomEncoder(6, 12, 32).write(directory);
    }
    String text = random ? RandomEncoder.text(tokens - 2) : Files.readString(Path.of(arguments[4]));
    List<String> dtypes = List.of(arguments[1].split(","));
    List<String> specs = new ArrayList<>();
    double[][][] found = new double[1 + dtypes.size()][][]; // [dtype][statistic][head]
    for (int i = 0; i < found.length; i++) {
      String dtype = i == 0 ? "fp32" : dtypes.get(i - 1);
      ModelSpec spec = new ModelSpec("model", "dense", dtype, arguments[0], tokens, "");
      ExecutorService inference = Executors.newSingleThreadExecutor();
      try (LoadedModel model = LoadedModel.load(directory, spec, inference)) {
        if (i == 0) {
          specs.addAll(specs(model));
        }
        found[i] = heads(model, specs, text);
      } finally {
        inference.shutdown();
      }
    }
    System.out.println("| statistic | fp32, mean | " + String.join(" | ", dtypes) + " |");
    System.out.println("|---|---|" + "---|".repeat(dtypes.size()));
    for (int s = 0; s < specs.size(); s++) {
      StringBuilder row = new StringBuilder("| `%s` |".formatted(specs.get(s)));
      row.append(
          " %.4g |".formatted(Arrays.stream(found[0][s]).map(Math::abs).average().orElse(0)));
      for (int d = 1; d < found.length; d++) {
        row.append(loss(found[0][s], found[d][s]));
      }
      System.out.println(row);
    }
  }

  private static String loss(double[] exact, double[] reduced) {
    double largest = 0;
    double sum = 0;
    for (int h = 0; h < exact.length; h++) {
      double away = Math.abs(reduced[h] - exact[h]);
      largest = Math.max(largest, away);
      sum += away;
    }
    return String.format(Locale.ROOT, " %.1e, at most %.1e |", sum / exact.length, largest);
  }

  private static List<String> specs(LoadedModel model) {
    List<String> specs = new ArrayList<>();
    for (var entry : AttentionStatistics.REGISTRY.entries()) {
      AttentionStatistic statistic = AttentionStatistics.REGISTRY.parse(entry.name());
      if (CLASSES.contains(statistic.statisticClass())
          && statistic.unsupportedReasons(model.attentionReader().shape()).isEmpty()) {
        specs.add(entry.name());
      }
    }
    return specs;
  }

  /** Numbers of heads by statistic; 0 where a head has none. */
  private static double[][] heads(LoadedModel model, List<String> specs, String text) {
    Source source = new Source(text, new TextSpan(0, text.length() / 4));
    DocumentStatistics statistics =
        new StatisticsExtractor(
                model.attentionReader(), StatisticsPlan.of(specs).withExperimental(true))
            .extractAll(List.of(source))
            .get(0)
            .statistics();
    double[][] numbers = new double[specs.size()][statistics.heads().size()];
    for (int h = 0; h < statistics.heads().size(); h++) {
      for (int s = 0; s < specs.size(); s++) {
        float value = statistics.heads().get(h).values()[s];
        numbers[s][h] = Float.isNaN(value) ? 0 : value;
      }
    }
    return numbers;
  }
}
