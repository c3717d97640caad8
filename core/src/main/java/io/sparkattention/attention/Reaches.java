package io.sparkattention.attention;

import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.LinearOperators.Reach;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;

/** Masks as linear attention takes them. */
final class Reaches {

  private Reaches() {}

  /** Which keys the queries read, with arrays in a scope. */
  static Reach of(NDManager scope, AttentionMask mask) {
    return new Reach(
        Uploads.of(scope, mask.queryOffsets()),
        Uploads.of(scope, mask.keyLengths()),
        Arrays.stream(mask.queryOffsets()).min().orElse(0),
        Arrays.stream(mask.queryOffsets()).max().orElse(0),
        mask.direction() == Direction.CAUSAL ? Visible.PAST : Visible.ALL);
  }
}
