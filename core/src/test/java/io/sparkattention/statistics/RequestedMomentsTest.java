package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.MomentSums;
import io.sparkattention.tensor.TorchEngine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestedMomentsTest {

  private static final int LENGTH = 700;

  /** Arrays made from Java's numbers lie in memory that Java frees once nobody holds it. */
  @Test
  void keepsItsColumnsFromLayerToLayer() {
    StatisticsPlan plan = StatisticsPlan.of(List.of("sink-rate", "basin-depth"));
    List<SequenceTokens> tokens = List.of(SequenceTokens.unknown(LENGTH));
    RequestedMoments requested = new RequestedMoments(plan, tokens);
    try (NDManager pass = TorchEngine.newManager(Device.cpu())) {
      MomentSums sums = ofLayer(requested, pass, 0);
      float[] columns = sums.columns().toFloatArray();
      assertThat(columns).hasSize(LENGTH * requested.columns()).contains(1, 0);
      List<ByteBuffer> others = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        System.gc();
        ByteBuffer other = ByteBuffer.allocateDirect(Float.BYTES * columns.length);
        while (other.hasRemaining()) {
          other.put((byte) 7);
        }
        others.add(other);
      }
      assertThat(others).hasSize(50);
      assertThat(ofLayer(requested, pass, 1)).isSameAs(sums);
      assertThat(sums.columns().toFloatArray()).isEqualTo(columns);
    }
  }

  private static MomentSums ofLayer(RequestedMoments requested, NDManager pass, int layer) {
    try (NDManager scope = pass.newSubManager()) {
      AttentionInput input =
          MatrixAttended.input(
              scope, layer, Direction.BIDIRECTIONAL, new double[1][1][LENGTH][], LENGTH);
      return requested.sums(input);
    }
  }
}
