package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What statistics lose where a model computes in reduced precision, printed and bounded. */
class ReducedPrecisionTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
  private static final ExecutorService POOL = Executors.newSingleThreadExecutor();
  private static final List<String> STATISTICS =
      List.of(
          "entropy",
          "sink-rate",
          "mean-distance",
          "local-share",
          "category-share",
          "received-attention",
          "top-k-mass",
          "head-confidence",
          "head-divergence",
          "token-contribution");

  @AfterAll
  static void stop() {
    POOL.shutdown();
  }

  private static Map<String, float[]> heads(String model, String dtype) {
    ModelSpec spec = new ModelSpec(model, "dense", dtype, "cpu", 0, "");
    StatisticsPlan plan = StatisticsPlan.of(STATISTICS);
    Map<String, float[]> found = new HashMap<>();
    try (LoadedModel loaded = LoadedModel.load(GOLDEN.resolve(model), spec, POOL)) {
      String text = "Attention lets every query look at every key, and every value be heard. ";
      DocumentStatistics statistics =
          new StatisticsExtractor(loaded.attentionReader(), plan)
              .extract(List.of(text.repeat(2)))
              .get(0)
              .statistics();
      for (int i = 0; i < STATISTICS.size(); i++) {
        List<Float> numbers = new ArrayList<>();
        for (DocumentStatistics.Head head : statistics.heads()) {
          numbers.add(head.values()[i]);
        }
        float[] values = new float[numbers.size()];
        for (int h = 0; h < values.length; h++) {
          values[h] = numbers.get(h);
        }
        found.put(STATISTICS.get(i), values);
      }
    }
    return found;
  }

  @ParameterizedTest
  @CsvSource({"bert,bf16,0.03", "bert,fp16,0.004", "mpnet,bf16,0.03", "mpnet,fp16,0.004"})
  void losesNoMoreThanItsDigits(String model, String dtype, double allowed) {
    Map<String, float[]> exact = heads(model, "fp32");
    Map<String, float[]> reduced = heads(model, dtype);
    for (String name : STATISTICS) {
      double largest = 0;
      for (int h = 0; h < exact.get(name).length; h++) {
        float expected = exact.get(name)[h];
        double away = Math.abs(reduced.get(name)[h] - expected) / Math.max(1, Math.abs(expected));
        largest = Math.max(largest, away);
      }
      System.out.printf("%s in %s: %s loses at most %.2g%n", model, dtype, name, largest);
      assertThat(largest).as("%s of %s in %s", name, model, dtype).isLessThan(allowed);
    }
  }
}
