package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.SlidingOperators;
import java.util.Arrays;

/** {@link WindowGlobalAttention} of a packed batch by a kernel that slides, without any mask. */
final class SlidingAttention {

  private SlidingAttention() {}

  /** Whether the kernel takes such a call: whole sequences, at most one global token, no bias. */
  static boolean serves(WindowGlobalAttention mechanism, AttentionInput in) {
    Layout.Packed packed = (Layout.Packed) in.layout();
    AttentionMask mask = in.mask();
    return SlidingOperators.serve(in.query(), in.value())
        && mechanism.globals() <= 1
        && in.bias() == null
        && mask.direction() == Direction.BIDIRECTIONAL
        && Arrays.equals(packed.queryOffsets(), packed.keyOffsets())
        && Arrays.equals(mask.queryLengths(), packed.queryLengths())
        && Arrays.equals(mask.keyLengths(), packed.keyLengths())
        && Arrays.stream(mask.queryOffsets()).allMatch(offset -> offset == 0)
        && Arrays.stream(mask.keyLengths()).allMatch(length -> length > 0);
  }

  /**
   * Attends.
   *
   * @param values (N, H, C)
   * @return output (N, H, C) and logSumExp (N, H)
   */
  static Result attend(WindowGlobalAttention mechanism, AttentionInput in, NDArray values) {
    int[] offsets = ((Layout.Packed) in.layout()).queryOffsets();
    SlidingOperators sliding = SlidingOperators.on(in.scope());
    int side = mechanism.window() / 2;
    if (mechanism.globals() == 0) {
      return sliding.window(in.scope(), in.query(), in.key(), values, offsets, side, in.scale());
    }
    AttentionInput global = in.ofGlobals();
    NDArray read = values == in.value() ? global.value() : values;
    try (NDManager local = in.scope().newSubManager()) {
      Result windows =
          sliding.windowAndFirst(local, in.query(), in.key(), values, offsets, side, in.scale());
      NDArray query = sliding.firsts(local, global.query(), offsets); // (B, H, D)
      int[] one = new int[offsets.length];
      Arrays.setAll(one, i -> i);
      Result rows =
          AttentionOperators.on(in.scope().getDevice())
              .attendPacked(
                  local, query, global.key(), read, one, offsets, Visible.ALL, in.scale());
      return sliding.replaceFirsts(in.scope(), windows, rows, offsets);
    }
  }
}
