package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.SlidingOperators;
import io.sparkattention.tensor.TorchEngine;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * What surrounds the kernel that slides, which CPUs have not: {@link AttentionDeviceCheck} runs all
 * of it on a GPU.
 */
class SlidingAttentionTest {

  private static final int[] OFFSETS = {0, 7, 14, 15, 40, 41, 105};
  private static final double SCALE = 0.2;

  @Test
  void windowsAndTheFirstTokenJoinToWindowGlobal() {
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = packed(scope, Precision.FP32);
      AttentionInput own = input.ofGlobals();
      assertThat(SlidingOperators.serve(input.query(), input.value())).isFalse();
      SlidingOperators sliding = SlidingOperators.on(scope);
      try (Attended windows = new WindowGlobalAttention(16, 0).attend(input);
          Attended expected = new WindowGlobalAttention(16, 1).attend(input)) {
        Result near = new Result(windows.output(), windows.logSumExp());
        Result both =
            sliding.addFirst(
                scope, input.query(), input.key(), input.value(), near, OFFSETS, 8, SCALE);
        int[] one = new int[OFFSETS.length];
        Arrays.setAll(one, i -> i);
        Result rows =
            AttentionOperators.on(Device.cpu())
                .attendPacked(
                    scope,
                    sliding.firsts(scope, own.query(), OFFSETS),
                    own.key(),
                    own.value(),
                    one,
                    OFFSETS,
                    Visible.ALL,
                    SCALE);
        Result joined = sliding.replaceFirsts(scope, both, rows, OFFSETS);
        assertClose(floats(joined.output()), floats(expected.output()), "output");
        assertClose(floats(joined.logSumExp()), floats(expected.logSumExp()), "logSumExp");
        assertThat(floats(windows.output())).isNotEqualTo(floats(expected.output()));
      }
    }
  }

  private static float[] floats(NDArray array) {
    return array.toFloatArray();
  }

  /** Sequences of which first tokens are projected by themselves, on numbers that bf16 holds. */
  static AttentionInput packed(NDManager scope, Precision precision) {
    NDArray numbers = scope.arange(105f * 6 * 4 * 32).mul(0.7f).sin();
    AttentionArrays arrays = AttentionArrays.on(scope);
    NDArray rounded =
        arrays.cast(scope, arrays.cast(scope, numbers, Precision.BF16), Precision.FP32);
    NDArray all = rounded.reshape(new Shape(105, 6, 4, 32));
    NDArray[] each = new NDArray[6];
    Arrays.setAll(each, i -> arrays.cast(scope, all.get(":, " + i).duplicate(), precision));
    int[] lengths = new int[OFFSETS.length - 1];
    Arrays.setAll(lengths, i -> OFFSETS[i + 1] - OFFSETS[i]);
    return new AttentionInput(
        each[0],
        each[1],
        each[2],
        SCALE,
        Layout.Packed.of(OFFSETS),
        AttentionMask.self(Direction.BIDIRECTIONAL, lengths),
        null,
        Site.encoder(0),
        new GlobalProjections(each[3], each[4], each[5]),
        scope);
  }
}
