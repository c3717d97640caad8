package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Layout;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.AttentionArrays;
import java.util.List;

/** Calls a mechanism and shows probes what it attended to. */
public final class SeamCall {

  private SeamCall() {}

  /**
   * Attends.
   *
   * @param input packed or padded
   * @param offsets cumulative lengths of the queries of each sequence
   * @return (N, H, D) in the scope of the input
   */
  public static NDArray attend(
      Attention mechanism, AttentionInput input, int[] offsets, List<AttentionProbe> probes) {
    List<AttentionProbe> watching =
        probes.stream().filter(probe -> probe.watches(input.site())).toList();
    if (watching.isEmpty()
        && input.layout().kind() == Layout.Kind.PACKED
        && mechanism.layouts().contains(Layout.Kind.PACKED)) {
      return mechanism.attend(input).output();
    }
    AttentionInput padded = input.padded();
    try (Attended attended = mechanism.attend(padded)) {
      watching.forEach(probe -> probe.observe(padded, attended));
      return AttentionArrays.on(input.scope())
          .pack(input.scope(), attended.output(), offsets); // (N, H, D)
    }
  }
}
