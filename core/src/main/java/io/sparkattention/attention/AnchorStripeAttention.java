package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.SelectionOperators.Choice;
import java.util.List;

/**
 * Single keys that score almost as high as the best of the first keys and the neighbourhood, the
 * anchor, which holds most of the attention of trained models. AnchorAttention (arXiv:2505.23520).
 *
 * <p>For some neighbouring queries, the anchor is the mean of their highest scores among the first
 * keys and the neighbourhood; a key is read where their mean scores it at most {@code theta} below
 * the anchor. A block of queries reads what any of its neighbours choose.
 */
@Described(
    summary = "Single keys that score almost as high as the first keys and the neighbourhood do",
    source = "AnchorAttention, arXiv:2505.23520")
public record AnchorStripeAttention(
    @Default(value = "12", means = "how far below the anchor a score may lie") double theta,
    @Default(value = "512", means = "queries that choose together") int rows,
    @Default(
            value = "64",
            means = "neighbouring queries that are averaged; all of those that choose if uneven")
        int pool,
    @Default(value = "128", means = "first keys, always read") int sinks,
    @Default(value = "128", means = "keys beside a block of queries that are always read")
        int window,
    @Default(
            value = "8192",
            means = "keys that are chosen at most for a block of queries, beside its own positions")
        int most)
    implements Attention {

  public AnchorStripeAttention {
    OptionCheck check = new OptionCheck();
    check
        .atLeast(1, "rows", rows)
        .atLeast(1, "pool", pool)
        .atLeast(0, "sinks", sinks)
        .atLeast(0, "window", window)
        .atLeast(1, "most", most);
    if (Double.isNaN(theta)) {
      check.problem("theta=" + theta + " must be a number");
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = Reasons.selfOnly("anchor-stripe", shape);
    reasons.addAll(Reasons.unbiased("anchor-stripe", shape));
    return reasons;
  }

  @Override
  public Attended attend(AttentionInput in) {
    return ChosenBlocks.attend(
        in,
        rows,
        1,
        Choice.STRIPES,
        frame -> {
          int together = frame.rows() % pool == 0 ? pool : frame.rows();
          return new Object[] {together, sinks, window, ChosenBlocks.chosen(frame, most, 1), theta};
        });
  }
}
