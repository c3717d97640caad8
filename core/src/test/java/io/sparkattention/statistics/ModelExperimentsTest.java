package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.attention.Silence;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Experiments and parameters of tiny models with the weights that a checkpoint gives them. */
class ModelExperimentsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final ExecutorService POOL = Executors.newSingleThreadExecutor();
  private static final String TEXT = "a b c, d e. f g a b";

  @AfterAll
  static void shutDown() {
    POOL.shutdownNow();
  }

  private static LoadedModel load(String model) {
    return LoadedModel.load(GOLDEN.resolve(model), ModelSpec.of(model), POOL);
  }

  private static ExaminedReader examined(LoadedModel model) {
    return new ExaminedReader(model.attentionReader(), RowSample.USUAL);
  }

  /** The difference of two tokens' states, in which biases cancel, through a projection. */
  private static float projected(float[] row, float[] x, float[] y) {
    float sum = 0;
    for (int d = 0; d < row.length; d++) {
      sum += row[d] * (x[d] - y[d]);
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "distilbert", "roberta", "mpnet"})
  void parametersAreThoseThatQueriesKeysAndValuesComeFrom(String name) {
    try (LoadedModel model = load(name)) {
      ExaminedReader examined = examined(model);
      ModelParameters parameters = examined.parameters();
      int[] ids = model.tokenizer().encode(TEXT).ids();
      List<float[][]> states = examined.hiddenStates(ids);
      try (ObservedLayers layers = examined.observe(ids)) {
        for (int l = 0; l < layers.layers(); l++) {
          float[] x = states.get(l)[1];
          float[] y = states.get(l)[2];
          for (int h = 0; h < layers.heads(); h++) {
            float[][][] states3 = {layers.queries(l, h), layers.keys(l, h), layers.values(l, h)};
            float[][][] weights = {
              parameters.query(l, h), parameters.key(l, h), parameters.value(l, h)
            };
            for (int kind = 0; kind < 3; kind++) {
              for (int c = 0; c < weights[kind].length; c++) {
                float expected = states3[kind][1][c] - states3[kind][2][c];
                assertThat(projected(weights[kind][c], x, y)).isCloseTo(expected, within(1e-4f));
              }
            }
            assertThat(parameters.output(l, h)).hasDimensions(x.length, weights[2].length);
          }
        }
      }
      assertThat(parameters.words()[0]).hasSize(states.get(0)[0].length);
    }
  }

  @Test
  void modernProjectionsOfOneMatrixAreToldApart() {
    try (LoadedModel model = load("modernbert")) {
      ExaminedReader examined = examined(model);
      int[] ids = model.tokenizer().encode(TEXT).ids();
      float[][] embedded = examined.hiddenStates(ids).get(0); // which the first layer reads as is
      try (ObservedLayers layers = examined.observe(ids)) {
        for (int h = 0; h < layers.heads(); h++) {
          float[][] value = examined.parameters().value(0, h);
          for (int c = 0; c < value.length; c++) {
            float expected = layers.values(0, h)[1][c] - layers.values(0, h)[2][c];
            assertThat(projected(value[c], embedded[1], embedded[2]))
                .isCloseTo(expected, within(1e-4f));
          }
        }
      }
    }
  }

  @Test
  void ablationIsWhatSilencingChanges() {
    try (LoadedModel model = load("bert")) {
      ExaminedReader examined = examined(model);
      Findings found =
          new HeadAblation(Silence.ZERO).findings(examined, model.tokenizer().encode(TEXT));
      int[] ids = model.tokenizer().encode(TEXT).ids();
      PooledChange change = new PooledChange(examined, ids);
      assertThat(change.without(Set.of())).isCloseTo(0, within(1e-6));
      assertThat(found.heads()[1][1])
          .isPositive()
          .isCloseTo(change.without(Set.of(new HeadPlace(1, 1))), within(1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "distilbert", "roberta"})
  void denseAttentionIsNotFarFromItself(String name) {
    try (LoadedModel model = load(name)) {
      int[] ids = model.tokenizer().encode(TEXT).ids();
      try (ObservedLayers layers = examined(model).observe(ids)) {
        double[] dense = new MechanismDivergence().findings(layers).heads()[0];
        assertThat(Arrays.stream(dense).max().orElseThrow()).isLessThan(1e-9);
      }
    }
  }

  @Test
  void modelWithWindowsOfItsOwnKeepsThem() {
    try (LoadedModel model = load("modernbert")) {
      ExaminedReader examined = examined(model);
      int[] ids = model.tokenizer().encode(TEXT + TEXT + TEXT).ids();
      try (ObservedLayers layers = examined.observe(ids)) {
        double[][] far = new MechanismDivergence().findings(layers).heads();
        assertThat(Arrays.stream(far[0]).max().orElseThrow()).isLessThan(1e-9); // the whole text
        assertThat(far[1][0]).isGreaterThan(0.001); // a window
      }
      HeadPlace head = new HeadPlace(1, 0);
      PooledChange change = new PooledChange(examined, ids);
      float[][] without = examined.activations(List.of(ids), Set.of(head), Silence.ZERO).get(0);
      assertThat(change.of(without)).isBetween(1e-7, 0.5);
    }
  }

  @Test
  void windowIsFarFromDense() {
    ModelSpec spec = ModelSpec.of("bert").withAttention("sink-window:sinks=1,window=2");
    try (LoadedModel model = LoadedModel.load(GOLDEN.resolve("bert"), spec, POOL)) {
      StatisticsPlan plan =
          StatisticsPlan.of(List.of("mechanism-divergence", "topic-gap:topics=2"));
      DocumentStatistics found =
          new StatisticsExtractor(model.attentionReader(), plan)
              .extract(List.of(TEXT))
              .get(0)
              .statistics();
      assertThat(found.heads()).allMatch(head -> head.values()[0] > 0.01);
      assertThat(found.heads()).allMatch(head -> Float.isFinite(head.values()[1]));
    }
  }

  @Test
  void allClassesComeFromOneExtraction() {
    try (LoadedModel model = load("bert")) {
      StatisticsPlan plan =
          StatisticsPlan.of(
              List.of(
                  "head-ablation",
                  "removable-heads",
                  "head-shapley",
                  "token-ablation",
                  "massive-activations",
                  "induction-score:words=6,texts=2",
                  "retrieval-score:words=12,needle=3,texts=3",
                  "operation-score:operation=copy",
                  "rollout",
                  "attention-flow",
                  "token-contribution",
                  "output-error",
                  "spectral-gap",
                  "output-dimensions"));
      StatisticsExtractor extractor = new StatisticsExtractor(model.attentionReader(), plan);
      DocumentStatistics found = extractor.extract(List.of(TEXT)).get(0).statistics();
      for (int i = 0; i < plan.names().size(); i++) {
        AttentionStatistic statistic = plan.statistics().get(i);
        String name = plan.names().get(i);
        int at = i;
        if (statistic.levels().contains(StatisticLevel.HEAD) && !name.startsWith("operation")) {
          assertThat(found.heads()).as(name).noneMatch(h -> Float.isNaN(h.values()[at]));
        }
        if (statistic.levels().contains(StatisticLevel.TOKEN)) {
          assertThat(found.tokens()).as(name).noneMatch(t -> Float.isNaN(t.values()[at]));
        }
      }
      ExplainerAgreement agreement = new ExplainerAgreement(plan.names());
      double[][] tokens = new double[plan.names().size()][found.tokens().size()];
      for (int t = 0; t < found.tokens().size(); t++) {
        for (int i = 0; i < tokens.length; i++) {
          tokens[i][t] = found.tokens().get(t).values()[i];
        }
      }
      agreement.add(tokens);
      assertThat(agreement.agreements())
          .anyMatch(a -> a.first().equals("token-ablation") && a.second().equals("rollout"))
          .allMatch(a -> Math.abs(a.correlation().mean()) <= 1);
    }
  }
}
