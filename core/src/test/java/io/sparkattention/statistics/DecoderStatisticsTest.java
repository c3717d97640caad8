package io.sparkattention.statistics;

import static io.sparkattention.statistics.GoldenWriters.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Silence;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.Inference;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.model.decoder.CausalLm;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.weights.WeightReader;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Decoders of every family read texts for statistics, against loops over their queries and keys.
 */
class DecoderStatisticsTest {
  private static final String TEXT = "The cat sat on the mat, and the dog sat by it. Who ran?";
  private static final String OTHER = "One two.";

  private static ExaminedReader examined(TextGenerator model) {
    return new ExaminedReader(model.attentionReader(WatchedSite.SELF), RowSample.USUAL);
  }

  private static final List<String> SPECS =
      List.of(
          "entropy",
          "mean-distance",
          "sink-rate:k=1,epsilon=0.3",
          "received-attention",
          "top-k-mass:k=3");

  private static final List<Function<double[][], double[]>> TOKENS =
      List.of(
          NaiveStatistics::entropy,
          NaiveStatistics::distance,
          map -> NaiveStatistics.toToken(map, 1),
          NaiveStatistics::received,
          map -> NaiveStatistics.topMass(map, 3));

  private static final ToDoubleFunction<double[]> MEAN = NaiveStatistics::mean;
  private static final List<ToDoubleFunction<double[]>> HEADS =
      List.of(MEAN, MEAN, MEAN, NaiveStatistics::inequality, MEAN);

  /** Every family, with grouped heads, one key head, sliding layers and scaled rotations. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gemma3",
        "gemma3-nested",
        "gpt2",
        "llama-grouped-tied",
        "llama-one-key-head",
        "llama-rope-dynamic",
        "mistral",
        "phi3",
        "qwen2-sliding",
        "qwen3",
        "smollm3-sliding"
      })
  void momentsColumnsAndRowsEqualLoopsOverTheFullMatrix(String name) {
    try (TextGenerator model = load(name, "dense")) {
      StatisticsPlan plan = StatisticsPlan.of(SPECS).withRows(new RowSample(0, 0));
      DocumentStatistics found =
          new StatisticsExtractor(model.attentionReader(WatchedSite.SELF), plan)
              .extract(List.of(OTHER, TEXT)) // two of one batch
              .get(1)
              .statistics();
      ExaminedReader examined = examined(model);
      int heads = examined.heads();
      DecoderConfig config = ((CausalLm) model.model()).decoder().config();
      try (ObservedLayers layers = examined.observe(model.tokenizer().encode(TEXT).ids())) {
        for (int i = 0; i < found.heads().size(); i++) {
          double[][] map = naive(layers, config, i / heads, i % heads);
          assertThat(layers.weights(i / heads)[i % heads])
              .as(name + ", layer " + i / heads + ", head " + i % heads)
              .satisfies(weights -> assertClose(weights, map));
          for (int s = 0; s < SPECS.size(); s++) {
            double expected = HEADS.get(s).applyAsDouble(TOKENS.get(s).apply(map));
            assertThat((double) found.heads().get(i).values()[s])
                .as(name + " " + SPECS.get(s))
                .isCloseTo(expected, within(1e-5 * Math.max(1, map.length)));
          }
        }
      }
    }
  }

  private static void assertClose(float[][] weights, double[][] map) {
    for (int t = 0; t < map.length; t++) {
      for (int s = 0; s < map.length; s++) {
        assertThat((double) weights[t][s]).isCloseTo(map[t][s], within(1e-5));
      }
    }
  }

  /** Softmax of scaled products over the keys up to a query that its layer's window reaches. */
  private static double[][] naive(ObservedLayers layers, DecoderConfig config, int l, int h) {
    float[][] queries = layers.queries(l, h);
    float[][] keys = layers.keys(l, h);
    int window = config.layers().get(l).window();
    double[][] map = new double[queries.length][queries.length];
    for (int t = 0; t < map.length; t++) {
      double sum = 0;
      for (int s = window == 0 ? 0 : Math.max(0, t + 1 - window); s <= t; s++) {
        double score = 0;
        for (int d = 0; d < queries[t].length; d++) {
          score += (double) queries[t][d] * keys[s][d];
        }
        map[t][s] = Math.exp(score * config.layers().get(l).scale());
        sum += map[t][s];
      }
      for (int s = 0; s <= t; s++) {
        map[t][s] /= sum;
      }
    }
    return map;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama-grouped-tied", "llama-one-key-head", "phi3", "qwen3"})
  void parametersMakeTheValuesThatHeadsRead(String name) throws IOException {
    try (TextGenerator model = load(name, "dense");
        WeightReader stored = WeightReader.open(GoldenText.directory(name))) {
      ExaminedReader examined = examined(model);
      int[] ids = model.tokenizer().encode(TEXT).ids();
      List<float[][]> states = examined.hiddenStates(ids);
      ModelParameters parameters = examined.parameters();
      try (ObservedLayers layers = examined.observe(ids)) {
        for (int l = 0; l < examined.layers(); l++) {
          for (int h = 0; h < examined.heads(); h++) {
            float[][] value = parameters.value(l, h);
            for (int t = 0; t < ids.length; t++) {
              double[] read = normed(name, stored, l, states.get(l)[t]);
              for (int d = 0; d < value.length; d++) {
                double expected = bias(stored, examined, l, h, d, value.length);
                for (int i = 0; i < read.length; i++) {
                  expected += value[d][i] * read[i];
                }
                assertThat((double) layers.values(l, h)[t][d]).isCloseTo(expected, within(1e-4));
              }
            }
          }
        }
      }
      boolean tied = parameters.scoring() == parameters.words();
      assertThat(tied).isEqualTo(!stored.names().contains("lm_head.weight"));
    }
  }

  private static double[] normed(String name, WeightReader stored, int layer, float[] x) {
    boolean gpt2 = name.equals("gpt2");
    String norm =
        gpt2 ? "transformer.h." + layer + ".ln_1" : "model.layers." + layer + ".input_layernorm";
    float[] weight = vector(stored, norm + ".weight");
    float[] bias = gpt2 ? vector(stored, norm + ".bias") : new float[x.length];
    double mean = 0;
    for (float each : x) {
      mean += gpt2 ? each / (double) x.length : 0;
    }
    double square = 0;
    for (float each : x) {
      square += (each - mean) * (each - mean) / x.length;
    }
    double[] normed = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      normed[i] =
          (x[i] - mean) / Math.sqrt(square + (name.matches("gpt2|phi3") ? 1e-5 : 1e-6)) * weight[i]
              + bias[i];
    }
    return normed;
  }

  /** What is added to a column of the values that a query head reads. */
  private static double bias(
      WeightReader stored, ExaminedReader examined, int layer, int head, int column, int size) {
    String stacked = "transformer.h." + layer + ".attn.c_attn.bias";
    String own = "model.layers." + layer + ".self_attn.v_proj.bias";
    if (stored.names().contains(stacked)) {
      return vector(stored, stacked)[(2 * examined.heads() + head) * size + column];
    }
    if (stored.names().contains(own)) {
      float[] bias = vector(stored, own);
      return bias[head / (examined.heads() * size / bias.length) * size + column];
    }
    return 0;
  }

  private static float[] vector(WeightReader stored, String name) {
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        NDArray array = stored.create(scope, name)) {
      return array.toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gemma3", "qwen2-sliding"})
  void silencedHeadsChangeWhatComesOut(String name) {
    try (TextGenerator model = load(name, "dense")) {
      ExaminedReader examined = examined(model);
      int[] ids = model.tokenizer().encode(OTHER).ids();
      float[][] whole = examined.activations(List.of(ids)).get(0);
      float[][] same =
          examined
              .activations(List.of(ids), Set.of(new HeadPlace(99, 0)), Silence.ZERO)
              .get(0); // of no layer
      float[][] without =
          examined.activations(List.of(ids), Set.of(new HeadPlace(0, 1)), Silence.ZERO).get(0);
      assertThat(without[1]).isNotEqualTo(whole[1]);
      List<float[][]> states = examined.hiddenStates(ids);
      assertThat(states).hasSize(examined.layers() + 1);
      for (int t = 0; t < ids.length; t++) {
        assertThat(same[t]).containsExactly(whole[t], within(1e-5f));
        assertThat(states.get(examined.layers())[t]).containsExactly(whole[t], within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama-grouped-tied", "gemma3"})
  void statisticsOfEveryClassComeTogether(String name) {
    try (TextGenerator model = load(name, "dense")) {
      StatisticsPlan plan =
          StatisticsPlan.of(
              List.of(
                  "entropy",
                  "decayed-attention",
                  "head-confidence",
                  "mechanism-divergence",
                  "rollout",
                  "attention-flow",
                  "head-ablation",
                  "removable-heads",
                  "induction-score:words=8,texts=2",
                  "retrieval-score:words=20,needle=4,texts=2",
                  "operation-score:operation=copy",
                  "massive-activations"));
      AttentionReader reader = model.attentionReader(WatchedSite.SELF);
      DocumentStatistics found =
          new StatisticsExtractor(reader, plan).extract(List.of(TEXT)).get(0).statistics();
      assertThat(found.tokens()).hasSize(model.tokenizer().encodeContent(TEXT).length());
      for (int i : new int[] {0, 2, 6, 8}) {
        assertThat(found.values()[i]).as(plan.names().get(i)).isPositive();
      }
      double windowed = name.equals("gemma3") ? 0.01 : 0; // dense stands for the trained windows
      assertThat((double) found.values()[3]).isBetween(windowed, windowed + 0.5);
      assertThat(found.tokens()).allSatisfy(t -> assertThat(t.values()[4]).isNotNegative());
    }
  }

  @Test
  void everyMechanismCanBeAskedFor() {
    for (String attention : List.of("sink-window:sinks=1,window=4", "per-layer:0=[sink-window]")) {
      try (TextGenerator model = load("qwen2", attention)) {
        StatisticsPlan plan = StatisticsPlan.of(List.of("mean-distance", "mechanism-divergence"));
        DocumentStatistics found =
            new StatisticsExtractor(model.attentionReader(WatchedSite.SELF), plan)
                .extract(List.of(TEXT))
                .get(0)
                .statistics();
        boolean narrow = attention.contains("window=4");
        assertThat(found.values()[1]).isBetween(narrow ? 0.01f : 0f, narrow ? 0.7f : 1e-5f);
      }
    }
  }

  @Test
  void blocksThatEndWithLinesAreAskedAgain() {
    StatisticsPlan plan = StatisticsPlan.of(List.of("mechanism-divergence", "rollout"));
    try (TextGenerator model = load("qwen2", "block-diagonal:cut=lines")) {
      List<DocumentStatistics> found =
          new StatisticsExtractor(model.attentionReader(WatchedSite.SELF), plan)
              .extract(List.of(TEXT + "\n" + TEXT + "\n" + TEXT, TEXT)).stream()
                  .map(StatisticsExtractor.Extracted::statistics)
                  .toList();
      assertThat(found.get(0).values()[0]).as("three lines").isGreaterThan(0.01f);
      assertThat(found.get(1).values()[0]).as("one line, the last").isBetween(0f, 1e-5f);
    }
  }

  /** Products of queries and keys lose up to 1 in 256 of their size. */
  @ParameterizedTest
  @ValueSource(strings = {"llama-grouped-tied", "gemma3"})
  void reducedPrecisionIsNear(String name) {
    StatisticsPlan plan =
        StatisticsPlan.of(List.of("entropy", "received-attention", "head-divergence"));
    ModelSpec spec = ModelSpec.of(name).withMaxTokens(128);
    DocumentStatistics[] found = new DocumentStatistics[2];
    for (int i = 0; i < 2; i++) {
      ModelSpec read = i == 0 ? spec : spec.withDtype("bf16");
      try (TextGenerator model =
          TextGenerator.load(GoldenText.directory(name), read, Inference.on(GoldenWriters.POOL))) {
        found[i] =
            new StatisticsExtractor(model.attentionReader(WatchedSite.SELF), plan)
                .extract(List.of(TEXT))
                .get(0)
                .statistics();
      }
    }
    for (int h = 0; h < found[0].heads().size(); h++) {
      assertThat(found[1].heads().get(h).values())
          .containsExactly(found[0].heads().get(h).values(), within(0.05f));
    }
  }

  @Test
  void whatAModelCannotGiveIsRefusedWithAllReasons() {
    try (TextGenerator model = load("gpt2", "dense")) {
      StatisticsPlan plan =
          StatisticsPlan.of(
              List.of("alignment-focus", "induction-score:words=1000", "retrieval-score"));
      AttentionReader reader = model.attentionReader(WatchedSite.SELF);
      assertThatThrownBy(() -> new StatisticsExtractor(reader, plan))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("alignment-focus: self-attention aligns no output with a source")
          .hasMessageContaining("induction-score:lag=1,words=1000")
          .hasMessageContaining("different words were asked for, but the vocabulary has")
          .hasMessageContaining("the model reads 128: ask for fewer words");
    }
  }
}
