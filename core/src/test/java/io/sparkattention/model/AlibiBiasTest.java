package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import org.junit.jupiter.api.Test;

/** Scores fall with the distance, in each head at its slope. */
class AlibiBiasTest {

  @Test
  void slopesFallGeometrically() {
    assertThat(AlibiBias.slopes(8))
        .containsExactly(0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625);
    assertThat(AlibiBias.slopes(1)).containsExactly(1 / 256.0);
    assertThat(AlibiBias.slopes(3)) // every second of four, then the first
        .containsExactly(1 / 16.0, 1 / 256.0, 1 / 4.0);
  }

  @Test
  void everyBlockFallsWithTheDistanceFromEachSequencesQueries() {
    int[] offsets = {5, 0};
    double[] slopes = AlibiBias.slopes(4);
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      PositionBias bias = new AlibiBias(slopes, Precision.FP32, offsets);
      assertThat(bias.byDistance(0)).isFalse();
      float[] block = bias.block(scope, 1, 4, 2, 9).toFloatArray(); // (2, 4, 3, 7)
      assertThat(block).hasSize(2 * 4 * 3 * 7);
      for (int i = 0; i < block.length; i++) {
        int key = 2 + i % 7;
        int query = 1 + i / 7 % 3 + offsets[i / (4 * 3 * 7)];
        assertThat(block[i])
            .isCloseTo((float) (-slopes[i / (3 * 7) % 4] * Math.abs(query - key)), within(1e-6f));
      }
      PositionBias same = new AlibiBias(slopes, Precision.BF16, new int[] {3, 3});
      assertThat(same.byDistance(0)).isTrue();
      assertThat(same.block(scope, 0, 2, 0, 5).getShape().getShape()).containsExactly(1, 4, 2, 5);
    }
  }
}
