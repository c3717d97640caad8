package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.SelectionOperators.Choice;
import java.util.List;

/**
 * As many blocks of keys as hold a share of the attention, chosen by one of two patterns, for each
 * head on its own. FlexPrefill (arXiv:2502.20766).
 *
 * <p>The exact attention of the last queries is compared with what averaged queries and keys would
 * say. Where the square root of their Jensen-Shannon divergence is small, averages are trusted:
 * every block of queries takes its own best blocks. Elsewhere the columns and diagonals of the last
 * queries' attention serve all queries. The paper shares the best blocks out over all blocks of
 * queries together; here each block of queries reaches its share by itself.
 */
@Described(
    summary =
        "As many blocks as hold a share of the attention, by averages or by lines and slashes",
    source = "FlexPrefill, arXiv:2502.20766")
public record FlexPrefillAttention(
    @Default(value = "0.9", means = "share of the attention that is to be held") double gamma,
    @Default(
            value = "0.1",
            means = "square root of the divergence in nats below which averages are trusted")
        double tau,
    @Default(value = "64", means = "keys of a block") int block,
    @Default(value = "256", means = "queries that choose together") int rows,
    @Default(value = "64", means = "last queries of which the exact attention is looked at")
        int probe,
    @Default(value = "1024", means = "keys that are chosen at least") int least,
    @Default(value = "64", means = "first keys that are always chosen") int sinks,
    @Default(value = "128", means = "keys beside a block of queries that are always chosen")
        int near)
    implements Attention {

  public FlexPrefillAttention {
    OptionCheck check = new OptionCheck();
    check
        .atLeast(1, "block", block)
        .atLeast(1, "rows", rows)
        .atLeast(1, "probe", probe)
        .atLeast(0, "least", least)
        .atLeast(0, "sinks", sinks)
        .atLeast(0, "near", near);
    if (!(gamma > 0 && gamma <= 1)) {
      check.problem("gamma=" + gamma + " must be more than 0 and at most 1");
    }
    if (!(tau >= 0)) {
      check.problem("tau=" + tau + " must be 0 or more");
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.unbiased("flex-prefill", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    return ChosenBlocks.attend(
        in,
        rows,
        block,
        Choice.FLEX,
        frame ->
            new Object[] {
              block, probe, gamma, tau, (int) (((long) least + block - 1) / block), sinks, near
            });
  }
}
