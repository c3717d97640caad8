package io.sparkattention.tensor;

import static io.sparkattention.Tolerances.FP32_ABSOLUTE;
import static io.sparkattention.Tolerances.HALF_ABSOLUTE;
import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator of a layer against plain Java, with both scripts and in every precision. */
class LayerOperatorsTest {

  private static final Device CPU = Device.cpu();
  private static final double EPS = 1e-6;
  private static final int SEEDS = 4;

  private static LayerOperators load(
      LinearProducts products, Precision precision, Activation activation) {
    LayerOperators plain = LayerOperators.plain(CPU, precision, activation);
    LayerOperators operators =
        products == LinearProducts.PLAIN
            ? plain
            : LayerOperators.faster(
                plain, products, () -> LayerOperators.script(CPU, products, activation));
    assertThat(operators.products()).isEqualTo(products);
    return operators;
  }

  static Stream<Arguments> variants() {
    return Stream.of(LinearProducts.PLAIN, LinearProducts.ONEDNN)
        .flatMap(
            products ->
                Arrays.stream(Precision.values())
                    .filter(
                        precision ->
                            products == LinearProducts.PLAIN || precision != Precision.FP16)
                    .flatMap(
                        precision ->
                            Arrays.stream(Activation.values())
                                .map(each -> Arguments.of(products, precision, each))));
  }

  /** A random layer over random sequences. */
  private static final class Given implements AutoCloseable {
    final NDManager scope = TorchEngine.newManager(CPU);
    final Random random;
    final LayerOperators operators;
    final Precision precision;
    final int heads;
    final int headSize;
    final int hidden;
    final int[] offsets;
    final int tokens;
    final double[][] w;
    final LayerWeights weights;
    final double[] x;
    final String what;

    Given(long seed, LayerOperators operators, Precision precision) {
      this.random = new Random(seed);
      this.operators = operators;
      this.precision = precision;
      heads = 1 + random.nextInt(4);
      headSize = 8 * (1 + random.nextInt(3));
      hidden = heads * headSize;
      int[] lengths = IntStream.range(0, 1 + random.nextInt(5)).map(i -> length()).toArray();
      offsets = new int[lengths.length + 1];
      for (int i = 0; i < lengths.length; i++) {
        offsets[i + 1] = offsets[i] + lengths[i];
      }
      tokens = offsets[lengths.length];
      int inner = hidden + random.nextInt(40);
      w =
          new double[][] {
            matrix(3 * hidden, hidden), vector(3 * hidden, 0),
            matrix(hidden, hidden), vector(hidden, 0),
            vector(hidden, 1), vector(hidden, 0),
            matrix(inner, hidden), vector(inner, 0),
            matrix(hidden, inner), vector(hidden, 0),
            vector(hidden, 1), vector(hidden, 0)
          };
      List<NDArray> arrays = new ArrayList<>();
      for (int i = 0; i < w.length; i += 2) {
        NDArray weight = i == 4 || i == 10 ? array(w[i], hidden) : array(w[i], w[i + 1].length, -1);
        arrays.add(i == 4 || i == 10 ? weight : operators.reorder(scope, weight));
        arrays.add(array(w[i + 1], w[i + 1].length));
      }
      weights = new LayerWeights(arrays);
      x = rounded(random.doubles(tokens * hidden, -2, 2).toArray());
      what =
          "seed " + seed + ", heads " + heads + " x " + headSize + ", " + Arrays.toString(lengths);
    }

    private int length() {
      return random.nextInt(3) == 0 ? 5 : 1 + random.nextInt(20);
    }

    private double[] matrix(int out, int in) {
      double size = 1 / Math.sqrt(in);
      return rounded(random.doubles((long) out * in, -size, size).toArray());
    }

    private double[] vector(int length, double around) {
      return rounded(random.doubles(length, around - 0.3, around + 0.3).toArray());
    }

    /** What is left of numbers in the precision of this case: the reference starts from these. */
    private double[] rounded(double[] values) {
      return doubles(array(values, values.length));
    }

    NDArray array(double[] values, long... shape) {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      Shape as =
          shape.length == 2 && shape[1] < 0
              ? new Shape(shape[0], values.length / shape[0])
              : new Shape(shape);
      return operators.toPrecision(scope, scope.create(floats, as));
    }

    double[] doubles(NDArray array) {
      float[] floats = operators.toFloat32(scope, array).toFloatArray();
      return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    PackedSequences sequences() {
      return PackedSequences.of(scope, offsets, precision);
    }

    void check(NDArray actual, double[] expected, String operator) {
      float[] wanted = new float[expected.length];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = (float) expected[i];
      }
      // bfloat16 keeps 8 bits, and the numbers after a norm reach 4
      double allowed = precision == Precision.FP32 ? FP32_ABSOLUTE : 2 * HALF_ABSOLUTE;
      float[] floats = operators.toFloat32(scope, actual).toFloatArray();
      assertClose(floats, wanted, allowed, operator + ", " + what);
    }

    @Override
    public void close() {
      weights.close();
      scope.close();
    }
  }

  private interface Check {
    void on(Given given);
  }

  private static void onRandomCases(
      LinearProducts products, Precision precision, Activation activation, Check check) {
    try (LayerOperators operators = load(products, precision, activation)) {
      for (long seed = 0; seed < SEEDS; seed++) {
        try (Given given = new Given(seed, operators, precision)) {
          check.on(given);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void layerAndItsHalves(LinearProducts products, Precision precision, Activation activation) {
    onRandomCases(
        products,
        precision,
        activation,
        given -> {
          double scale = 1 / Math.sqrt(given.headSize);
          NDArray x = given.array(given.x, given.tokens, given.hidden);
          NDList qkv = given.operators.project(given.scope, x, given.heads, given.weights);
          double[] projected = NaiveLayer.linear(given.x, given.w[0], given.w[1]);
          for (int i = 0; i < 3; i++) {
            assertThat(qkv.get(i).getShape())
                .isEqualTo(new Shape(given.tokens, given.heads, given.headSize));
            given.check(qkv.get(i), third(projected, i, given.hidden), "projection " + i);
          }
          double[] attended =
              NaiveLayer.attention(projected, given.heads, given.headSize, given.offsets, scale);
          NDArray attendedArray = given.array(attended, given.tokens, given.heads, given.headSize);
          double[] expected = NaiveLayer.finish(given.x, attended, given.w, activation, EPS);
          given.check(
              given.operators.finish(given.scope, x, attendedArray, given.weights, EPS),
              expected,
              "finish");
          given.check(
              given.operators.layer(
                  given.scope, x, given.heads, given.sequences(), given.weights, scale, EPS),
              expected,
              "layer");
        });
  }

  private static double[] third(double[] projected, int index, int hidden) {
    double[] part = new double[projected.length / 3];
    for (int i = 0; i < part.length; i++) {
      part[i] = projected[i / hidden * 3 * hidden + index * hidden + i % hidden];
    }
    return part;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void singleOperators(LinearProducts products, Precision precision, Activation activation) {
    onRandomCases(
        products,
        precision,
        activation,
        given -> {
          LayerOperators operators = given.operators;
          NDArray x = given.array(given.x, given.tokens, given.hidden);
          given.check(
              operators.activate(given.scope, x),
              NaiveLayer.each(given.x, a -> NaiveLayer.activation(activation, a)),
              "activate");
          given.check(
              operators.norm(
                  given.scope,
                  x,
                  given.array(given.w[4], given.hidden),
                  given.array(given.w[5], given.hidden),
                  EPS),
              NaiveLayer.norm(given.x, given.w[4], given.w[5], EPS),
              "norm");
          double[] product = NaiveLayer.linear(given.x, given.w[6], given.w[7]);
          NDArray weight = given.array(given.w[6], given.w[7].length, -1);
          NDArray bias = given.array(given.w[7], given.w[7].length);
          for (HeadActivation head : HeadActivation.values()) {
            double[] expected =
                NaiveLayer.each(
                    product,
                    a ->
                        switch (head) {
                          case NONE -> a;
                          case TANH -> Math.tanh(a);
                          case RELU -> Math.max(0, a);
                        });
            given.check(
                operators.linear(given.scope, x, weight, bias, head), expected, "linear " + head);
          }
          long[] rows = given.random.longs(7, 0, given.tokens).toArray();
          double[] picked = new double[rows.length * given.hidden];
          for (int i = 0; i < rows.length; i++) {
            System.arraycopy(
                given.x, (int) rows[i] * given.hidden, picked, i * given.hidden, given.hidden);
          }
          given.check(operators.pick(given.scope, x, given.scope.create(rows)), picked, "pick");
        });
  }

  @ParameterizedTest
  @MethodSource("variants")
  void embeddings(LinearProducts products, Precision precision, Activation activation) {
    onRandomCases(
        products,
        precision,
        activation,
        given -> {
          int vocabulary = 11;
          double[] words = given.rounded(given.random.doubles(vocabulary * given.hidden).toArray());
          double[] positions = given.rounded(given.random.doubles(9 * given.hidden).toArray());
          double[] types = given.rounded(given.random.doubles(3 * given.hidden).toArray());
          int[] ids = given.random.ints(given.tokens, 0, vocabulary).toArray();
          int[] at = given.random.ints(given.tokens, 0, 9).toArray();
          int[] type = given.random.ints(given.tokens, 0, 3).toArray();
          List<NDArray> arrays =
              List.of(
                  given.array(words, vocabulary, given.hidden),
                  given.array(positions, 9, given.hidden),
                  given.array(given.w[4], given.hidden),
                  given.array(given.w[5], given.hidden),
                  given.array(types, 3, given.hidden));
          double[] untyped =
              NaiveLayer.plus(rows(words, ids, given.hidden), rows(positions, at, given.hidden));
          NDArray idArray = given.scope.create(ids);
          NDArray atArray = given.scope.create(at);
          LayerOperators operators = given.operators;
          try (EmbeddingWeights without = new EmbeddingWeights(arrays.subList(0, 4));
              EmbeddingWeights with = new EmbeddingWeights(arrays)) {
            given.check(
                operators.embed(given.scope, idArray, atArray, null, without, EPS),
                NaiveLayer.norm(untyped, given.w[4], given.w[5], EPS),
                "embed without types");
            NDArray zeros = null;
            given.check(
                operators.embed(given.scope, idArray, atArray, zeros, with, EPS),
                NaiveLayer.norm(
                    NaiveLayer.plus(untyped, rows(types, new int[ids.length], given.hidden)),
                    given.w[4],
                    given.w[5],
                    EPS),
                "embed with the first type");
            given.check(
                operators.embed(given.scope, idArray, atArray, given.scope.create(type), with, EPS),
                NaiveLayer.norm(
                    NaiveLayer.plus(untyped, rows(types, type, given.hidden)),
                    given.w[4],
                    given.w[5],
                    EPS),
                "embed with types");
          }
        });
  }

  private static double[] rows(double[] table, int[] indices, int columns) {
    double[] rows = new double[indices.length * columns];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(table, indices[i] * columns, rows, i * columns, columns);
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void pooling(LinearProducts products, Precision precision, Activation activation) {
    onRandomCases(
        products,
        precision,
        activation,
        given -> {
          int count = given.offsets.length - 1;
          float[] weights = new float[given.tokens];
          float[] divisors = new float[count];
          Arrays.fill(divisors, 1);
          double[] sums = new double[count * given.hidden];
          double[] weighted = new double[sums.length];
          double[] largest = new double[sums.length];
          Arrays.fill(largest, Double.NEGATIVE_INFINITY);
          for (int i = 0; i < count; i++) {
            divisors[i] = 1 + given.random.nextInt(5);
            for (int t = given.offsets[i]; t < given.offsets[i + 1]; t++) {
              weights[t] = given.random.nextFloat();
              for (int k = 0; k < given.hidden; k++) {
                double value = given.x[t * given.hidden + k];
                sums[i * given.hidden + k] += value / divisors[i];
                weighted[i * given.hidden + k] += value * weights[t] / divisors[i];
                largest[i * given.hidden + k] = Math.max(largest[i * given.hidden + k], value);
              }
            }
          }
          NDArray x = given.array(given.x, given.tokens, given.hidden);
          PackedSequences sequences = given.sequences();
          LayerOperators operators = given.operators;
          given.check(operators.sumPool(given.scope, x, sequences, divisors), sums, "sum");
          given.check(
              operators.weightedPool(given.scope, x, sequences, weights, divisors),
              weighted,
              "weighted sum");
          given.check(operators.maxPool(given.scope, x, sequences), largest, "largest");
        });
  }

  @Test
  void candidateThatDiffersIsNotUsed() {
    Map<String, String> doubled =
        Map.of(
            "linear", "torch.mul(ops.mkldnn._linear_pointwise(x, w, b, \"none\", [], \"\"), 2)",
            "activated", "torch.relu(torch.linear(x, w, b))",
            "activation", "torch.relu(x)");
    LayerOperators plain = LayerOperators.plain(CPU, Precision.FP32, Activation.RELU);
    try (LayerOperators operators =
        LayerOperators.faster(
            plain,
            LinearProducts.ONEDNN,
            () -> TorchScript.load("layers.torchscript", doubled, CPU))) {
      assertThat(operators.products()).isEqualTo(LinearProducts.PLAIN);
    }
  }

  @Test
  void candidateThatLibtorchLacksIsNotUsed() {
    Map<String, String> missing =
        Map.of(
            "linear", "ops.mkldnn._no_such_operator(x, w, b)",
            "activated", "torch.relu(torch.linear(x, w, b))",
            "activation", "torch.relu(x)");
    LayerOperators plain = LayerOperators.plain(CPU, Precision.FP32, Activation.RELU);
    try (LayerOperators operators =
            LayerOperators.faster(
                plain,
                LinearProducts.ONEDNN,
                () -> TorchScript.load("layers.torchscript", missing, CPU));
        NDManager scope = TorchEngine.newManager(CPU)) {
      assertThat(operators.products()).isEqualTo(LinearProducts.PLAIN);
      NDArray one = scope.create(new float[] {-1, 2});
      assertThat(operators.activate(scope, one).toFloatArray()).containsExactly(0, 2);
    }
  }

  @Test
  void scriptsRefuseWhatTheyCannotTake() {
    try (TorchScript script = LayerOperators.script(CPU, LinearProducts.ONEDNN, Activation.RELU);
        NDManager scope = TorchEngine.newManager(CPU)) {
      assertThatThrownBy(() -> script.call(scope, "activate", "text"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cannot be passed to a script: text");
      assertThatThrownBy(() -> script.call(scope, "activate", (Object) null))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(NativeArrays.count(scope)).isZero();
    }
    assertThatThrownBy(() -> TorchScript.load("no-such.torchscript", Map.of(), CPU))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no-such.torchscript");
  }

  @Test
  void activationsAreNamedAsInConfigFiles() {
    assertThat(Activation.of("gelu")).isEqualTo(Activation.GELU);
    assertThat(Stream.of("gelu_fast", "gelu_new", "gelu_pytorch_tanh").map(Activation::of))
        .containsOnly(Activation.GELU_TANH);
    assertThatThrownBy(() -> Activation.of("silu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown activation 'silu': the supported ones are gelu, gelu_fast, gelu_new,"
                + " gelu_pytorch_tanh, relu");
  }

  @Test
  void weightsMustBeComplete() {
    assertThatThrownBy(() -> new LayerWeights(List.of()))
        .hasMessage("a layer has 12 arrays, but 0 were given");
    assertThatThrownBy(() -> new EmbeddingWeights(List.of()))
        .hasMessage("an embedding has 4 or 5 arrays, but 0 were given");
  }
}
