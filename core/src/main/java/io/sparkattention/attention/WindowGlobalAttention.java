package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.SparseOperators.Window;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A window around each query, and first tokens that read the whole text and are read by all of it.
 * Longformer (arXiv:2004.05150). First tokens read by projections of their own where the model has
 * {@link GlobalProjections}, otherwise by those of the window.
 *
 * <p>On a GPU whole texts in half precision go through a kernel that slides; elsewhere the queries
 * are taken block by block.
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
  public Set<Layout.Kind> layouts() {
    return EnumSet.allOf(Layout.Kind.class);
  }

  @Override
  public boolean readsGlobals() {
    return globals > 0;
  }

  @Override
  public Attended attend(AttentionInput in) {
    if (in.layout() instanceof Layout.Packed) {
      return SlidingAttention.serves(this, in)
          ? new PackedAttended(in.value(), values -> SlidingAttention.attend(this, in, values))
          : new RestoredAttended(in, this);
    }
    Window read = WindowSelections.window(in.mask(), window, globals, globals);
    return BandedWindows.serves(this, in)
        ? new SelectedAttended(
            in,
            WindowSelections.of(in, read),
            in.scope().newSubManager(),
            values -> BandedWindows.attend(this, in, values))
        : WindowSelections.attend(in, read);
  }
}
