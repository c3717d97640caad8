package io.sparkattention.tensor;

import static io.sparkattention.Tolerances.FP32_ABSOLUTE;
import static io.sparkattention.Tolerances.HALF_ABSOLUTE;
import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/**
 * A random layer over random sequences: the case that operators and {@link NaiveLayer} are given
 * alike. Numbers of the reference are those that are left in the precision of the operators.
 */
final class RandomLayer implements AutoCloseable {

  static final double EPS = 1e-6;

  private static final Device CPU = Device.cpu();
  private static final int SEEDS = 4;

  /** Products, precisions and activations that a CPU has. */
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

  /** What is asserted of one layer. */
  interface Check {
    void on(RandomLayer given);
  }

  /** Checks some layers, the same in every run. */
  static void onSeveral(
      LinearProducts products, Precision precision, Activation activation, Check check) {
    try (LayerOperators operators = load(products, precision, activation)) {
      for (long seed = 0; seed < SEEDS; seed++) {
        try (RandomLayer given = new RandomLayer(seed, operators, precision)) {
          check.on(given);
        }
      }
    }
  }

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

  final NDManager scope = TorchEngine.newManager(CPU);
  final Random random;
  final LayerOperators operators;
  final Precision precision;
  final int heads;
  final int headSize;
  final int hidden;
  final int[] offsets;
  final int tokens;
  final double[][] w; // in the order of LayerWeights
  final LayerWeights weights;
  final double[] x; // (tokens, hidden)
  final String what;

  RandomLayer(long seed, LayerOperators operators, Precision precision) {
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
    what = "seed " + seed + ", heads " + heads + " x " + headSize + ", " + Arrays.toString(lengths);
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
  double[] rounded(double[] values) {
    return doubles(array(values, values.length));
  }

  /** An array of the operators; a last length of -1 is what is left. */
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

  /** Asserts that an operator gave what the reference gives. */
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
