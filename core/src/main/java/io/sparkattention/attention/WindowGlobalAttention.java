package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.List;

/**
 * A window around each query, and first tokens that read the whole text and are read by all of it.
 * Longformer (arXiv:2004.05150), with the projections of the local attention for both.
 */
@Described(
    summary = "A window around each query, and first tokens that read and are read by all",
    source = "Longformer, arXiv:2004.05150")
public record WindowGlobalAttention(
    @Default(value = "512", means = "tokens of the window, half of them on each side") int window,
    @Default(value = "1", means = "first tokens that read all and are read by all") int globals)
    implements Attention {

  public WindowGlobalAttention {
    new OptionCheck().atLeast(1, "window", window).atLeast(0, "globals", globals).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.selfOnly("window-global", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    return new SelectedAttended(
        in,
        WindowSelections.of(in, WindowSelections.window(in.mask(), window, globals, globals)),
        in.scope().newSubManager());
  }
}
