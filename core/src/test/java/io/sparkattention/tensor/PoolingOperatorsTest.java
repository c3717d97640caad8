package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pooling of packed sequences against plain Java. */
class PoolingOperatorsTest {

  @ParameterizedTest
  @EnumSource
  void sumsAndLargestOfEachSequence(Precision precision) {
    RandomLayer.onSeveral(
        LinearProducts.PLAIN,
        precision,
        Activation.GELU,
        given -> {
          int count = given.offsets.length - 1;
          float[] weights = new float[given.tokens];
          float[] divisors = new float[count];
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
          PoolingOperators pooling = PoolingOperators.on(given.scope);
          given.check(pooling.sum(given.scope, x, sequences, divisors), sums, "sum");
          given.check(
              pooling.weightedSum(given.scope, x, sequences, weights, divisors),
              weighted,
              "weighted sum");
          given.check(pooling.max(given.scope, x, sequences), largest, "largest");
        });
  }
}
