package io.sparkattention.attention;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.BlockDiagonalAttention.Cut;
import io.sparkattention.tensor.TorchEngine;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockDiagonalAttentionTest {

  private static final int BLOCK = 8;

  /** Texts of 20 and 13 tokens, which end in blocks from 16 and from 8 on. */
  @Test
  void whatIsGeneratedBelongsToTheLastBlockOfItsText() {
    BlockDiagonalAttention mechanism = new BlockDiagonalAttention(BLOCK, 1, 0);
    DecodedText text = DecodedText.of(3, 21, 14);
    int[] blocks = {16, 8};
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        AttentionMemory memory = new AttentionMemory(root)) {
      for (int step = 0; step < 12; step++, text = text.next()) {
        assertReads(mechanism, text, blocks, root, memory);
      }
      memory.select(new int[] {1, 0, 0});
      text = text.select(1, 0, 0);
      assertReads(mechanism, text, new int[] {8, 16, 16}, root, memory);
      memory.clear(1);
      text = text.next().begin(1, 5, 31);
      assertReads(mechanism, text, new int[] {8, 24, 16}, root, memory);
      assertReads(mechanism, text.next(), new int[] {8, 24, 16}, root, memory);
    }
  }

  /** Nobody says where lines end: a text is one line, whose blocks end when they are full. */
  @ParameterizedTest
  @EnumSource(Cut.class)
  void textsOfUntoldLinesAreReadInFullBlocks(Cut cut) {
    AttentionMask mask = AttentionMask.self(Direction.CAUSAL, new int[] {21, 14, 1});
    AttentionCase given = new AttentionCase(9, 4, 2, 4, 21, 21, mask, Site.Kind.SELF, false);
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        Attended attended =
            new BlockDiagonalAttention(cut, BLOCK, 0, 1, 0).attend(given.input(root, 0))) {
      float[] weights = attended.weights(0, 21).toFloatArray(); // (B, H, T, S)
      for (int i = 0; i < weights.length; i++) {
        int sequence = i / (4 * 21 * 21);
        int query = i / 21 % 21;
        int key = i % 21;
        int length = mask.keyLengths()[sequence];
        boolean last = query / BLOCK == (length - 1) / BLOCK;
        assertThat(weights[i] > 0)
            .as("text %s, query %s, key %s", sequence, query, key)
            .isEqualTo(query < length && key <= query && (last || key / BLOCK == query / BLOCK));
      }
    }
  }

  private static void assertReads(
      Attention mechanism, DecodedText text, int[] from, NDManager root, AttentionMemory memory) {
    try (NDManager scope = root.newSubManager();
        Attended attended = mechanism.attend(text.input(scope, 0, memory))) {
      float[] weights = attended.weights(0, 1).toFloatArray(); // (B, H, 1, S)
      int keys = text.keys();
      for (int row = 0; row < weights.length / keys; row++) {
        int sequence = row / text.heads();
        int at = row * keys;
        assertThat(IntStream.range(0, keys).filter(s -> weights[at + s] > 0).toArray())
            .as("keys of sequence %s of length %s", sequence, text.lengths()[sequence])
            .isEqualTo(
                IntStream.range(0, text.lengths()[sequence])
                    .filter(s -> s == 0 || s >= from[sequence])
                    .toArray());
      }
    }
  }
}
