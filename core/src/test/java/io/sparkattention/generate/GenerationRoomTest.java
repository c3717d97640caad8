package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.NativeRoom;
import io.sparkattention.model.decoder.CausalLm;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.tensor.GpuMemory;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is kept of texts for others comes out of the room that texts have, and never in their way.
 */
class GenerationRoomTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");
  private static final long MIB = 1L << 20;

  @ParameterizedTest
  @ValueSource(longs = {8, 64, 4096})
  void whatIsKeptIsAQuarterAtMost(long mib) {
    long all = room("dense", mib * MIB, 1).bytes();
    assertThat(all).isPositive();
    assertThat(room("block-diagonal:keep=0", mib * MIB, 1).bytes()).isEqualTo(all);
    long left = room("block-diagonal", mib * MIB, 1).bytes();
    assertThat(all - left).isPositive().isLessThanOrEqualTo(all / 4);
    long twice = room("block-diagonal", mib * MIB, 2).bytes();
    assertThat(twice).isBetween(all / 2 * 3 / 4, all / 2);
  }

  @Test
  void aTextComesFirst() {
    long row;
    try (CausalLm model = load("block-diagonal")) {
      row = model.textBytes(FULL, 512, 512, 1);
    }
    long unwatched = room("dense", 64 * MIB, 1).bytes() - 64 * MIB;
    assertThat(room("block-diagonal", row - unwatched, 1).bytes()).isEqualTo(row);
    assertThat(room("block-diagonal", row - unwatched + 500, 1).bytes()).isBetween(row, row + 500);
  }

  /** Rows where so much is left beside what a process itself takes. */
  private static RowLimit room(String attention, long bytes, int forwards) {
    try (CausalLm model = load(attention)) {
      NativeRoom watched = new NativeRoom(256 * MIB + bytes, forwards, "some memory");
      GenerationRoom room =
          GenerationRoom.of(model, spec(attention), Optional.of(watched), GpuMemory.OF_PROCESS);
      model
          .known()
          .ifPresent(known -> assertThat(known.most()).isLessThanOrEqualTo(Math.max(0, bytes) / 4));
      return room.limit();
    }
  }

  private static CausalLm load(String attention) {
    return CausalLm.load(GoldenText.directory("llama"), spec(attention));
  }

  private static ModelSpec spec(String attention) {
    return ModelSpec.of("llama").withAttention(attention);
  }
}
