package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The operators of a layer against plain Java, with all products and in every precision. */
class LayerOperatorsTest {

  @ParameterizedTest
  @MethodSource("io.sparkattention.tensor.RandomLayer#variants")
  void layerAndItsHalves(LinearProducts products, Precision precision, Activation activation) {
    RandomLayer.onSeveral(
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
          double[] expected =
              NaiveLayer.finish(given.x, attended, given.w, activation, RandomLayer.EPS);
          given.check(
              given.operators.finish(given.scope, x, attendedArray, given.weights, RandomLayer.EPS),
              expected,
              "finish");
          given.check(
              given.operators.layer(
                  given.scope,
                  x,
                  given.heads,
                  given.sequences(),
                  given.weights,
                  scale,
                  RandomLayer.EPS),
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
  @MethodSource("io.sparkattention.tensor.RandomLayer#variants")
  void singleOperators(LinearProducts products, Precision precision, Activation activation) {
    RandomLayer.onSeveral(
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
                  RandomLayer.EPS),
              NaiveLayer.norm(given.x, given.w[4], given.w[5], RandomLayer.EPS),
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
                          case OF_LAYERS -> NaiveLayer.activation(activation, a);
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
}
