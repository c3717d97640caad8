package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.LinearKernelAttention.Feature;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import io.sparkattention.tensor.TorchEngine;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the papers of linear kernels promise of their features. */
class LinearKernelAttentionTest {

  @Test
  void favorEstimatesTheExponentiatedScoresWithoutBias() {
    AttentionCase given = AttentionCase.ofLength(1, 8, Direction.BIDIRECTIONAL);
    int seeds = 100;
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput plain = given.input(root, 0);
      AttentionInput input = // small numbers, of which few features tell much
          plain.withArrays(
              plain.query().mul(0.5), plain.key().mul(0.5), plain.value(), plain.layout());
      double[] exact = exponentials(given, input);
      double[] sum = new double[exact.length];
      for (int seed = 0; seed < seeds; seed++) {
        double[] estimate = kernel(new LinearKernelAttention(Feature.FAVOR, 64, seed), input);
        Arrays.setAll(sum, i -> sum[i] + estimate[i] / exact[i]);
      }
      double mean = Arrays.stream(sum).average().orElseThrow() / seeds;
      assertThat(mean).as("mean estimate over the exact kernel").isBetween(0.95, 1.05);
    }
  }

  @Test
  void favorsErrorFallsWithTheNumberOfFeatures() {
    AttentionCase given = AttentionCase.ofLength(2, 40, Direction.BIDIRECTIONAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      float[] exact = new NaiveAttention(given, input).denseWeights();
      double[] errors =
          IntStream.of(8, 32, 128, 512)
              .mapToDouble(features -> error(input, features, exact))
              .toArray();
      for (int i = 1; i < errors.length; i++) {
        assertThat(errors[i]).as("errors %s", Arrays.toString(errors)).isLessThan(errors[i - 1]);
      }
    }
  }

  private static double error(AttentionInput input, int features, float[] exact) {
    double error = 0;
    for (int seed = 0; seed < 10; seed++) {
      try (Attended attended =
          new LinearKernelAttention(Feature.FAVOR, features, seed).attend(input)) {
        float[] weights = attended.weights(0, 40).toFloatArray();
        for (int i = 0; i < weights.length; i++) {
          error += Math.abs(weights[i] - exact[i]);
        }
      }
    }
    return error;
  }

  @Test
  void orthogonalFeaturesVaryLessThanIndependentOnes() {
    int size = 8;
    Random random = new Random(3);
    double[] x = random.doubles(size, -0.3, 0.3).toArray();
    double[] y = random.doubles(size, -0.3, 0.3).toArray();
    double orthogonal = 0;
    double independent = 0;
    double exact = 0;
    for (int c = 0; c < size; c++) {
      exact += x[c] * y[c];
    }
    for (int draw = 0; draw < 4_000; draw++) {
      float[] lines = RandomFeatures.orthogonal(size, size, random);
      float[] free = new float[size * size];
      for (int i = 0; i < free.length; i++) {
        free[i] = (float) random.nextGaussian();
      }
      orthogonal += Math.pow(estimate(lines, x, y) - Math.exp(exact), 2);
      independent += Math.pow(estimate(free, x, y) - Math.exp(exact), 2);
    }
    assertThat(orthogonal).isLessThan(0.95 * independent);
  }

  private static double estimate(float[] projection, double[] x, double[] y) {
    double sum = 0;
    for (int from = 0; from < projection.length; from += x.length) {
      double exponent = 0;
      for (int c = 0; c < x.length; c++) {
        exponent += projection[from + c] * (x[c] + y[c]) - (x[c] * x[c] + y[c] * y[c]) / 2;
      }
      sum += Math.exp(exponent);
    }
    return sum * x.length / projection.length;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 10, 12})
  void favorsSumsEqualTheMaskedMatrixOfTheSameFeatures(long seed) {
    AttentionCase given = AttentionCase.of(seed, 300);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 5);
      int size = given.headSize();
      float[] projection = RandomFeatures.of(32, size, 9, 0);
      float[] q = input.query().toFloatArray();
      float[] k = input.key().toFloatArray();
      NaiveAttention naive = new NaiveAttention(given, input);
      int rows = q.length / size;
      float[] expected = new float[rows * given.keys()];
      double root4 = Math.sqrt(input.scale());
      for (int row = 0; row < rows; row++) {
        double[] x = row(q, row, size, root4);
        double sum = 0;
        for (int s = 0; s < given.keys(); s++) {
          if (naive.allows(row, s)) {
            double[] y = row(k, naive.keyRow(row, s), size, root4);
            double kernel = estimate(projection, x, y);
            expected[row * given.keys() + s] = (float) kernel;
            sum += kernel;
          }
        }
        for (int s = 0; s < given.keys() && sum > 0; s++) {
          expected[row * given.keys() + s] /= (float) sum;
        }
      }
      naive.assertAttends(new LinearKernelAttention(Feature.FAVOR, 32, 9), input, expected);
    }
  }

  @Test
  void whatShardsOfTheKeysGiveMergesToTheWhole() {
    AttentionCase given = AttentionCase.ofLength(8, 200, Direction.BIDIRECTIONAL);
    LinearKernelAttention mechanism = new LinearKernelAttention(Feature.FAVOR, 16, 0);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput whole = given.input(root, 0);
      try (Attended serial = mechanism.attend(whole);
          Attended first = mechanism.attend(shard(whole, new Span(0, 77)));
          Attended second = mechanism.attend(shard(whole, new Span(77, 200)))) {
        Result merged =
            SparseOperators.on(root)
                .merge(
                    root,
                    new Result(first.output(), first.logSumExp()),
                    new Result(second.output(), second.logSumExp()));
        assertClose(
            merged.output().toFloatArray(), serial.output().toFloatArray(), "merged output");
        assertClose(
            merged.logSumExp().toFloatArray(), serial.logSumExp().toFloatArray(), "merged sums");
      }
    }
  }

  private static AttentionInput shard(AttentionInput in, Span keys) {
    AttentionMask mask =
        new AttentionMask(
            Direction.BIDIRECTIONAL,
            new int[1],
            in.mask().queryLengths(),
            new int[] {keys.length()});
    return AttentionInput.padded(
        in.query(),
        keys.of(in.scope(), in.key()),
        keys.of(in.scope(), in.value()),
        mask,
        in.site(),
        in.scope());
  }

  private static double[] row(float[] x, int row, int size, double factor) {
    return IntStream.range(0, size).mapToDouble(c -> x[row * size + c] * factor).toArray();
  }

  @Test
  void flowEqualsItsConservedMatrix() {
    AttentionCase given = AttentionCase.ofLength(4, 30, Direction.BIDIRECTIONAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NDArray q = sigmoid(input.query()); // (1, H, T, D)
      NDArray k = sigmoid(input.key());
      NDArray products = q.matMul(k.transpose(0, 1, 3, 2)); // (1, H, T, S)
      NDArray incoming = products.sum(new int[] {3}, true); // (1, H, T, 1)
      NDArray outgoing = products.sum(new int[] {2}, true); // (1, H, 1, S)
      NDArray in = products.div(outgoing).sum(new int[] {3}, true); // (1, H, T, 1)
      NDArray out = products.div(incoming).sum(new int[] {2}, true); // (1, H, 1, S)
      assertThat(in.sum().getFloat()).as("what flows in").isCloseTo(60, within(1e-3f));
      assertThat(out.sum().getFloat()).as("what flows out").isCloseTo(60, within(1e-3f));
      NDArray weights =
          products.div(incoming).mul(sigmoid(in)).mul(out.softmax(3)).mul(given.keys());
      LinearKernelAttention mechanism = new LinearKernelAttention(Feature.FLOW, 1, 0);
      new NaiveAttention(given, input).assertAttends(mechanism, input, weights.toFloatArray());
    }
  }

  private static NDArray sigmoid(NDArray x) {
    return x.neg().exp().add(1).pow(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 64})
  void theLogNormalKernelVariesAsMuchAsTheScores(int size) {
    AttentionMask mask = AttentionMask.self(Direction.BIDIRECTIONAL, new int[] {200});
    AttentionCase given = new AttentionCase(5, 2, 1, size, 200, 200, mask, Site.Kind.SELF, false);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      double[] kernel = kernel(new LinearKernelAttention(Feature.LOG_NORMAL, 1, 0), input);
      double target = variance(exponentials(given, input));
      assertThat(variance(kernel)).isBetween(0.8 * target, 1.2 * target);
    }
  }

  private static double variance(double[] exponentials) {
    double[] logs = Arrays.stream(exponentials).map(Math::log).toArray();
    double mean = Arrays.stream(logs).average().orElseThrow();
    return Arrays.stream(logs).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }

  /** What weights were before they were divided. */
  private static double[] kernel(Attention mechanism, AttentionInput input) {
    try (Attended attended = mechanism.attend(input)) {
      int queries = (int) input.query().getShape().get(2);
      NDArray weights = attended.weights(0, queries); // (B, H, T, S)
      NDArray sums = attended.logSumExp().expandDims(-1).exp(); // (B, H, T, 1)
      float[] kernel = weights.mul(sums).toFloatArray();
      return IntStream.range(0, kernel.length).mapToDouble(i -> kernel[i]).toArray();
    }
  }

  private static double[] exponentials(AttentionCase given, AttentionInput input) {
    NaiveAttention naive = new NaiveAttention(given, input);
    int entries = given.heads() * given.queries() * given.keys();
    return IntStream.range(0, entries)
        .mapToDouble(i -> Math.exp(naive.score(i / given.keys(), i % given.keys())))
        .toArray();
  }

  @ParameterizedTest
  @ValueSource(floats = {20, 500})
  void outlyingKeysLeaveEveryRowASum(float size) {
    AttentionCase given = AttentionCase.ofLength(6, 200, Direction.CAUSAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput plain = given.input(root, 0);
      AttentionInput input =
          plain.withArrays(plain.query(), plain.key().mul(size), plain.value(), plain.layout());
      try (Attended attended = new LinearKernelAttention(Feature.FAVOR, 16, 0).attend(input)) {
        float[] sums = attended.mix(input.value().onesLike()).toFloatArray();
        float[] ones = new float[sums.length];
        Arrays.fill(ones, 1);
        assertClose(sums, ones, "sums of rows");
        assertThat(attended.logSumExp().isInfinite().any().getBoolean()).isFalse();
      }
    }
  }

  @Test
  void refusesWhatACausalModelHides() {
    AttentionShape causal =
        new AttentionShape(
            4, 4, 8, Site.Kind.SELF, Direction.CAUSAL, false, Precision.FP32, Device.cpu());
    assertThat(new LinearKernelAttention(Feature.FLOW, 1, 0).unsupportedReasons(causal))
        .singleElement()
        .asString()
        .contains("flow", "causal", "feature=favor");
    assertThat(new LinearKernelAttention(Feature.LOG_NORMAL, 1, 0).unsupportedReasons(causal))
        .hasSize(1);
    assertThat(new LinearKernelAttention(Feature.FAVOR, 1, 0).unsupportedReasons(causal)).isEmpty();
  }
}
