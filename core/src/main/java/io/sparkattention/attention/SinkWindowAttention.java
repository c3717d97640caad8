package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.List;

/**
 * A window around each query and the first tokens of the text, which soak up attention that has
 * nowhere to go. StreamingLLM (arXiv:2309.17453).
 *
 * <p>In an encoder half of the window lies on each side; where the future is hidden it is the query
 * and the tokens before it. Keys keep the positions they have in the text: absolute positions were
 * added before the first layer and cannot be renumbered.
 */
@Described(
    summary = "The first tokens and a window around each query",
    source = "StreamingLLM, arXiv:2309.17453")
public record SinkWindowAttention(
    @Default(value = "4", means = "first tokens that every query reads") int sinks,
    @Default(value = "1024", means = "tokens of the window, the query's own included") int window)
    implements Attention {

  public SinkWindowAttention {
    new OptionCheck().atLeast(0, "sinks", sinks).atLeast(1, "window", window).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.selfOnly("sink-window", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    return WindowSelections.attend(in, WindowSelections.window(in.mask(), window, sinks, 0));
  }
}
