package io.sparkattention.model;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.tensor.TorchEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelativeBucketsTest {

  private static final int HEADS = 3;

  /** For each distance, from −600 on, its bucket as transformers computes it: in float32 arrays. */
  private static long[] expected(NDManager scope, int buckets) {
    NDArray distance = scope.arange(-600f, 601f, 1f);
    int half = buckets / 2;
    int exact = half / 2;
    NDArray away = distance.abs();
    NDArray share = away.div(exact).log().div(Math.log(128.0 / exact)).mul(half - exact);
    NDArray large = share.toType(DataType.INT64, true).add(exact).minimum(half - 1);
    NDArray small = away.lt(exact).toType(DataType.INT64, true);
    NDArray side = distance.gt(0).toType(DataType.INT64, true).mul(half);
    NDArray near = away.toType(DataType.INT64, true);
    NDArray within = small.mul(near).add(small.neg().add(1).mul(large.maximum(0)));
    return side.add(within).toLongArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 32})
  void bucketsAreThoseOfTransformers(int buckets) {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      RelativeBuckets bias = new RelativeBuckets(scope.zeros(new Shape(buckets, HEADS)));
      long[] expected = expected(scope, buckets);
      for (int distance = -600; distance <= 600; distance++) {
        assertThat(bias.bucketOf(distance))
            .as("%d buckets, distance %d", buckets, distance)
            .isEqualTo((int) expected[distance + 600]);
      }
    }
  }

  @Test
  void blocksArePartsOfTheWhole() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      NDArray embedding = scope.randomNormal(new Shape(32, HEADS));
      float[] table = embedding.toFloatArray();
      RelativeBuckets bias = new RelativeBuckets(embedding);
      int before = NativeArrays.count(scope);
      NDArray block = bias.block(scope, 5, 12, 3, 40);
      assertThat(NativeArrays.count(scope)).isEqualTo(before + 1);
      assertThat(block.getShape()).isEqualTo(new Shape(1, HEADS, 7, 37));
      float[] expected = new float[HEADS * 7 * 37];
      int at = 0;
      for (int h = 0; h < HEADS; h++) {
        for (int t = 5; t < 12; t++) {
          for (int s = 3; s < 40; s++) {
            expected[at++] = table[bias.bucketOf(s - t) * HEADS + h];
          }
        }
      }
      assertClose(block.toFloatArray(), expected, 0, "block");
    }
  }
}
