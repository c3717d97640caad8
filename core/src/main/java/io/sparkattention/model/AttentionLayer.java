package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Layout;
import io.sparkattention.probe.AttentionProbe;
import java.util.List;

/**
 * Calls a mechanism on a packed batch and shows the probes what it attended to. Batches are padded
 * only for mechanisms that cannot take them packed, for models with a bias by position, and for
 * probes.
 */
final class AttentionLayer {

  private final Attention attention;

  AttentionLayer(Attention attention) {
    this.attention = attention;
  }

  /**
   * Attends.
   *
   * @param packed query, key and value (N, heads, D)
   * @return (N, heads, D) in the scope of the input
   */
  NDArray attend(AttentionInput packed, List<AttentionProbe> probes) {
    List<AttentionProbe> watching =
        probes.stream().filter(probe -> probe.watches(packed.site())).toList();
    boolean servedPacked =
        attention.layouts().contains(Layout.Kind.PACKED)
            && packed.positionBias().isEmpty()
            && watching.isEmpty();
    if (servedPacked) {
      return attention.attend(packed).output();
    }
    AttentionInput padded = packed.padded();
    try (Attended attended = attention.attend(padded)) {
      watching.forEach(probe -> probe.observe(padded, attended));
      return packed.restore(attended.output());
    }
  }
}
