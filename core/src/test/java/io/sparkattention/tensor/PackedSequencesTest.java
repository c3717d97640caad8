package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;

class PackedSequencesTest {

  private static final int[] OFFSETS = {0, 3, 6, 7, 9, 11};

  @Test
  void placesOfSequences() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      PackedSequences sequences = PackedSequences.of(scope, OFFSETS, Precision.FP32);
      assertThat(sequences.size()).isEqualTo(5);
      assertThat(sequences.longest()).isEqualTo(3);
      assertThat(sequences.length(3)).isEqualTo(2);
      assertThat(sequences.firstRows(scope).toLongArray()).containsExactly(0, 3, 6, 7, 9);
      assertThat(sequences.lastRows(scope).toLongArray()).containsExactly(2, 5, 6, 8, 10);
      assertThat(sequences.segments(scope).toLongArray())
          .containsExactly(0, 0, 0, 1, 1, 1, 2, 3, 3, 4, 4);
      assertThat(sequences.offsetsOnDevice()).as("flash attention on a CPU").isNull();
    }
  }

  @Test
  void equallyLongNeighboursAreOneRun() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      assertThat(PackedSequences.of(scope, OFFSETS, Precision.BF16).runs())
          .containsExactly(0, 0, 2, 3, 3, 6, 6, 1, 1, 1, 7, 7, 2, 2, 2);
    }
  }

  @Test
  void withoutFirstTokens() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      PackedSequences sequences = PackedSequences.of(scope, OFFSETS, Precision.FP32);
      PackedSequences shorter = sequences.without(scope, new int[] {1, 0, 0, 1, 0});
      assertThat(shorter.offsets()).containsExactly(0, 2, 5, 6, 7, 9);
      assertThat(shorter.longest()).isEqualTo(3);
    }
  }

  @Test
  void uploadsKeepTypeAndValues() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      assertThat(Uploads.of(scope, new int[] {1, -2}).toIntArray()).containsExactly(1, -2);
      assertThat(Uploads.of(scope, new long[] {1L << 40}).toLongArray()).containsExactly(1L << 40);
      assertThat(Uploads.of(scope, new float[] {0.5f}).toFloatArray()).containsExactly(0.5f);
      assertThat(NativeArrays.count(scope)).isEqualTo(3);
    }
  }
}
