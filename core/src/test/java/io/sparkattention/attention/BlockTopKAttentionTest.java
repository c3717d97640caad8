package io.sparkattention.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.BlockTopKAttention.Score;
import io.sparkattention.tensor.TorchEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Block-top-k attention reads blocks as a whole, the best ones, and finds single keys. */
class BlockTopKAttentionTest {

  private static final int LENGTH = 4_096;

  @ParameterizedTest
  @EnumSource(Score.class)
  void isDenseWhereTheBudgetHoldsTheText(Score score) {
    BlockTopKAttention mechanism = new BlockTopKAttention(16, 512, 64, 8, 0, 0, score);
    for (long seed : new long[] {0, 1, 2, 3, 4, 5, 8, 9, 10, 12}) {
      AttentionCase given = AttentionCase.of(seed, 500);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput input = given.input(root, 0);
        NaiveAttention naive = new NaiveAttention(given, input);
        naive.assertAttends(mechanism, input, naive.denseWeights());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void findsEveryNeedleAtEveryDepth(Direction direction) {
    StructuredText text = new StructuredText(1, 4, 2, LENGTH, 64);
    BlockTopKAttention mechanism = new BlockTopKAttention(16, 512, 128, 4, 4, 64, Score.BOUNDS);
    BlockTopKAttention unseeing = new BlockTopKAttention(16, 512, 128, 4, 512, 512, Score.BOUNDS);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = text.input(root, direction);
      try (Attended attended = mechanism.attend(input)) {
        for (int i = 0; i < StructuredText.NEEDLES; i++) {
          int row = text.seekers(i).from();
          float[] weights = attended.weights(row, row + 1).toFloatArray(); // (1, H, 1, S)
          for (int h = 0; h < text.heads(); h++) {
            assertThat(weights[h * LENGTH + text.needle(i)])
                .as("weight of needle %s in head %s", i, h)
                .isPositive();
          }
        }
      }
      float[] recall = text.recall(mechanism, input);
      assertThat(text.worstNeedle(recall)).as("worst needle").isGreaterThan(0.9);
      assertThat(StructuredText.mean(recall))
          .as("mean recall")
          .isGreaterThan(StructuredText.mean(text.recall(unseeing, input)) + 0.1);
    }
  }

  @Test
  void namesEveryBadOption() {
    assertThatThrownBy(() -> Attentions.REGISTRY.parse("block-top-k:block=0,budget=0"))
        .hasMessageContaining("block=0 must be 1 or more")
        .hasMessageContaining("budget=0 must be 1 or more");
  }
}
