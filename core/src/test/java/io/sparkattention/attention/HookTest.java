package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mechanisms that change what another one attends to do so by the formulas of their papers. */
class HookTest {

  private static final long[] SEEDS = {1, 2, 4, 6, 7, 9};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sink-scale:factor=1",
        "steered:outside=1",
        "temperature:value=1",
        "log-n:trained=1000",
        "calibrated:share=1",
        "content-mask:share=1"
      })
  void identitySettingsChangeNothing(String spec) {
    for (String of : new String[] {"dense", "[sink-window:window=6]"}) {
      Attention plain = Attentions.REGISTRY.parse(of.replaceAll("[\\[\\]]", ""));
      Attention hook = Attentions.REGISTRY.parse(spec + ",of=" + of);
      for (long seed : SEEDS) {
        try (NDManager root = TorchEngine.newManager(Device.cpu())) {
          AttentionInput input = AttentionCase.of(seed).input(root, 3);
          try (Attended expected = plain.attend(input);
              Attended attended = hook.attend(input)) {
            assertThat(attended.output().toFloatArray())
                .as(hook + " on seed " + seed)
                .isEqualTo(expected.output().toFloatArray());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Silence.class)
  void silencedHeadsGiveNothingOrTheirMeanAndOthersStay(Silence by) {
    Attention dense = Attentions.REGISTRY.parse("dense");
    for (long seed : SEEDS) {
      AttentionCase given = AttentionCase.of(seed);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput input = given.input(root, 3);
        Map<Integer, Set<Integer>> last = Map.of(input.site().layer(), Set.of(given.heads() - 1));
        try (Attended plain = dense.attend(input);
            Attended attended = new SilencedHeadsAttention(dense, last, by).attend(input)) {
          float[] expected = plain.output().toFloatArray(); // (B, H, T, D)
          silence(expected, input, plain.output().getShape(), by);
          float[] found = attended.output().toFloatArray();
          int[] lengths = input.mask().queryLengths();
          long[] shape = plain.output().getShape().getShape();
          for (int i = 0; i < expected.length; i++) {
            int b = (int) (i / (shape[1] * shape[2] * shape[3]));
            if (i / shape[3] % shape[2] < lengths[b]) {
              assertThat(found[i]).as("seed " + seed).isCloseTo(expected[i], within(1e-5f));
            }
          }
        }
      }
    }
  }

  /** Puts 0, or the mean over the queries, in the place of the last head's outputs. */
  private static void silence(float[] output, AttentionInput input, Shape shape, Silence by) {
    int heads = (int) shape.get(1);
    int queries = (int) shape.get(2);
    int columns = (int) shape.get(3);
    for (int b = 0; b < shape.get(0); b++) {
      int length = input.mask().queryLengths()[b];
      int first = (b * heads + heads - 1) * queries * columns;
      for (int c = 0; c < columns; c++) {
        double sum = 0;
        for (int t = 0; t < length; t++) {
          sum += output[first + t * columns + c];
        }
        for (int t = 0; t < queries; t++) {
          output[first + t * columns + c] = by == Silence.ZERO ? 0 : (float) (sum / length);
        }
      }
    }
  }

  /** How a row of dense weights is changed. */
  private interface Change {
    void apply(double[] row, int head, int reads);
  }

  private static void assertChanges(String spec, Change change) {
    Attention mechanism = Attentions.REGISTRY.parse(spec);
    for (long seed : SEEDS) {
      AttentionCase given = AttentionCase.of(seed);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput input = given.input(root, 3);
        NaiveAttention naive = new NaiveAttention(given, input);
        float[] weights = naive.denseWeights();
        for (int row = 0; row * given.keys() < weights.length; row++) {
          double[] numbers = new double[given.keys()];
          for (int s = 0; s < numbers.length; s++) {
            numbers[s] = weights[row * given.keys() + s];
          }
          int head = row / given.queries() % given.heads();
          change.apply(numbers, head, (int) Arrays.stream(numbers).filter(w -> w > 0).count());
          double sum = Arrays.stream(numbers).sum();
          for (int s = 0; s < numbers.length; s++) {
            weights[row * given.keys() + s] = (float) (sum == 0 ? 0 : numbers[s] / sum);
          }
        }
        naive.assertAttends(mechanism, input, weights);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 3})
  void sinkScaleMultipliesTheFirstWeightAndKeepsTheRatiosOfOthers(double factor) {
    assertChanges("sink-scale:factor=" + factor, (row, head, reads) -> row[0] *= factor);
    assertChanges(
        "sink-scale:sinks=2,heads=[0.1,3],factor=" + factor,
        (row, head, reads) -> {
          for (int s = 0; s < 2 && head == 1; s++) {
            row[s] *= factor;
          }
        });
  }

  @Test
  void steeringMultipliesWhatIsOutsideTheSpanInListedHeadsOnly() {
    assertChanges(
        "steered:from=2,tokens=3,outside=0.01,heads=0.0",
        (row, head, reads) -> {
          for (int s = 0; s < row.length && head == 0; s++) {
            row[s] *= s >= 2 && s < 5 ? 1 : 0.01;
          }
        });
  }

  @Test
  void moreSteeringPutsMoreWeightOnTheSpan() {
    AttentionCase given = AttentionCase.ofLength(3, 40, Direction.BIDIRECTIONAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      double before = 0;
      for (double outside : new double[] {1, 0.3, 0.01}) {
        String spec = "steered:from=10,tokens=5,outside=" + outside;
        try (Attended attended = Attentions.REGISTRY.parse(spec).attend(input)) {
          double mass = attended.weights(0, 40).get(":, :, :, 10:15").sum().getFloat();
          assertThat(mass).isGreaterThan(before);
          before = mass;
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 2})
  void temperatureIsAPowerOfTheWeights(double value) {
    assertChanges(
        "temperature:value=" + value,
        (row, head, reads) -> Arrays.setAll(row, s -> Math.pow(row[s], 1 / value)));
    assertThat(Attentions.REGISTRY.parse("temperature").layouts()).contains(Layout.Kind.PACKED);
  }

  @ParameterizedTest
  @CsvSource({"0.3,BIDIRECTIONAL", "0.8,BIDIRECTIONAL", "0.5,CAUSAL"})
  void entropyTemperatureReachesItsTarget(double target, Direction direction) {
    AttentionCase given = AttentionCase.ofLength(3, 60, direction);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      String spec = "entropy-temperature:steps=16,target=" + target;
      double largest = 0;
      for (int t = 1; t <= 60; t++) {
        largest += Math.log(direction == Direction.CAUSAL ? t : 60);
      }
      try (Attended attended = Attentions.REGISTRY.parse(spec).attend(input);
          AttentionMoments moments = attended.moments(root.ones(new Shape(60, 1)))) {
        for (float sum : moments.entropy().sum(new int[] {2}).toFloatArray()) {
          assertThat(sum / largest).isCloseTo(target, within(0.01));
        }
      }
    }
  }

  @Test
  void logLengthIsAPowerThatGrowsWithWhatAQueryReads() {
    assertChanges(
        "log-n:trained=4",
        (row, head, reads) -> {
          double power = Math.log(Math.max(4, reads)) / Math.log(4);
          Arrays.setAll(row, s -> Math.pow(row[s], power));
        });
  }

  @ParameterizedTest
  @CsvSource({"sparsemax,1.5", "entmax,1.5", "entmax,2", "entmax,1.001", "softmax,1.5"})
  void normalizersEqualTheirClosedForms(String by, double alpha) {
    Attention mechanism = Attentions.REGISTRY.parse("normalized:by=" + by + ",alpha=" + alpha);
    for (long seed : SEEDS) {
      AttentionCase given = AttentionCase.of(seed);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput plain = given.input(root, 3);
        AttentionInput input = plain.withScale(3 * plain.scale()); // so that some weights are 0
        NaiveAttention naive = new NaiveAttention(given, input);
        float[] weights = naive.denseWeights();
        for (int row = 0; row * given.keys() < weights.length; row++) {
          if (alpha != 1.001 && !by.equals("softmax") && naive.seesAny(row)) {
            int at = row;
            double[] scores = new double[given.keys()];
            Arrays.setAll(
                scores, s -> naive.allows(at, s) ? naive.score(at, s) : Double.NEGATIVE_INFINITY);
            double[] sparse =
                alpha == 2 || by.equals("sparsemax") ? sparsemax(scores) : entmax(scores);
            for (int s = 0; s < scores.length; s++) {
              weights[row * given.keys() + s] = (float) sparse[s];
            }
          }
        }
        try (Attended attended = mechanism.attend(input)) {
          double tolerance = alpha == 1.001 ? 1e-2 : 3e-4;
          float[] actual = attended.weights(0, given.queries()).toFloatArray();
          assertClose(actual, weights, tolerance, mechanism + " on " + given);
        }
      }
    }
  }

  private static double[] sorted(double[] scores, double factor) {
    double[] sorted =
        Arrays.stream(scores).filter(Double::isFinite).map(z -> -factor * z).sorted().toArray();
    return Arrays.stream(sorted).map(z -> -z).toArray();
  }

  private static double[] sparsemax(double[] scores) {
    double[] z = sorted(scores, 1);
    double sum = 0;
    double threshold = 0;
    for (int k = 1; k <= z.length; k++) {
      sum += z[k - 1];
      if (1 + k * z[k - 1] > sum) {
        threshold = (sum - 1) / k;
      }
    }
    double tau = threshold;
    return Arrays.stream(scores).map(score -> Math.max(0, score - tau)).toArray();
  }

  /** Of alpha 1.5, by its exact algorithm. */
  private static double[] entmax(double[] scores) {
    double[] z = sorted(scores, 0.5);
    double sum = 0;
    double squares = 0;
    double threshold = 0;
    for (int k = 1; k <= z.length; k++) {
      sum += z[k - 1];
      squares += z[k - 1] * z[k - 1];
      double mean = sum / k;
      double spread = k * (squares / k - mean * mean);
      double tau = mean - Math.sqrt(Math.max(0, (1 - spread) / k));
      if (tau <= z[k - 1]) {
        threshold = tau;
      }
    }
    double tau = threshold;
    return Arrays.stream(scores).map(s -> Math.pow(Math.max(0, s / 2 - tau), 2)).toArray();
  }

  @Test
  void positiveScoresAreDividedByTheSizeOfTheOutput() {
    AttentionCase given = AttentionCase.ofLength(5, 30, Direction.CAUSAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NaiveAttention naive = new NaiveAttention(given, input);
      float[] weights = new float[2 * 30 * 30];
      for (int i = 0; i < weights.length; i++) {
        boolean read = naive.allows(i / 30, i % 30);
        weights[i] = read ? (float) Math.max(0, naive.score(i / 30, i % 30)) : 0;
      }
      float[] sums = naive.mix(weights, input.value());
      for (int row = 0; row < 60; row++) {
        double squares = 0;
        for (int c = 0; c < 8; c++) {
          squares += sums[row * 8 + c] * sums[row * 8 + c] / 8;
        }
        for (int s = 0; s < 30; s++) {
          weights[row * 30 + s] /= (float) Math.sqrt(squares + 1e-6);
        }
      }
      naive.assertAttends(Attentions.REGISTRY.parse("normalized:by=relu"), input, weights);
    }
  }

  @Test
  void refusesWhatTheOtherMechanismCannotDo() {
    AttentionShape encoder =
        new AttentionShape(
            4, 4, 8, Site.Kind.SELF, Direction.BIDIRECTIONAL, false, Precision.FP32, Device.cpu());
    assertThat(Attentions.REGISTRY.parse("sink-scale:of=linformer").unsupportedReasons(encoder))
        .singleElement()
        .asString()
        .contains("linformer", "bias");
    assertThat(
            Attentions.REGISTRY
                .parse("sink-scale:factor=1,of=linformer")
                .unsupportedReasons(encoder))
        .isEmpty();
    assertThat(
            Attentions.REGISTRY
                .parse("calibrated:of=[linear-kernel:feature=flow]")
                .unsupportedReasons(encoder))
        .singleElement()
        .asString()
        .contains("need not sum to 1", "of=dense");
  }

  @Test
  void namesEveryBadOption() {
    assertThatThrownBy(() -> Attentions.REGISTRY.parse("steered:from=-1,outside=2,heads=[3.5,x]"))
        .hasMessageContaining("from=-1 must be 0 or more")
        .hasMessageContaining("outside=2.0 must be more than 0 and at most 1")
        .hasMessageContaining("'x' is no head");
    String spec =
        "steered:from=0,tokens=32,outside=0.01,heads=[3.5,4],of=[temperature:value=2.0,of=dense]";
    assertThat(Attentions.REGISTRY.format(Attentions.REGISTRY.parse(spec))).isEqualTo(spec);
  }
}
