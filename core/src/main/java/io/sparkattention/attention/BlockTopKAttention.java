package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.SelectionOperators.Choice;
import java.util.List;

/**
 * Blocks of queries read the blocks of keys that score highest, the first keys, their neighbours
 * and themselves. MoBA (arXiv:2502.13189).
 *
 * <p>A block of keys is scored by the mean of its keys, as MoBA does, or by the upper bound that
 * the largest and smallest number of every column give, as Quest does (arXiv:2406.10774). Queries
 * are averaged over a few neighbours only, and the highest score of these and of the heads that
 * share a key head decides, so that a single query that looks for a single key is not lost in an
 * average.
 */
@Described(
    summary = "The blocks of keys that score highest for a block of queries",
    source = "MoBA, arXiv:2502.13189")
public record BlockTopKAttention(
    @Default(value = "16", means = "keys of a block") int block,
    @Default(
            value = "4096",
            means = "keys that are chosen for a block of queries, beside its own positions")
        int budget,
    @Default(value = "512", means = "queries that choose together") int rows,
    @Default(value = "16", means = "neighbouring queries that are averaged before they are scored")
        int pool,
    @Default(value = "64", means = "first keys that are always chosen") int sinks,
    @Default(value = "128", means = "keys beside a block of queries that are always chosen")
        int near,
    @Default(
            value = "bounds",
            means = "how a block is scored: by its mean key, or by bounds of its keys")
        Score score)
    implements Attention {

  /** How a block of keys is scored. */
  public enum Score {
    /** By the mean of its keys. */
    MEAN,
    /** By the largest product with a query that the bounds of its columns allow. */
    BOUNDS
  }

  public BlockTopKAttention {
    new OptionCheck()
        .atLeast(1, "block", block)
        .atLeast(1, "budget", budget)
        .atLeast(1, "rows", rows)
        .atLeast(1, "pool", pool)
        .atLeast(0, "sinks", sinks)
        .atLeast(0, "near", near)
        .done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.unbiased("block-top-k", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    return attend(in, null);
  }

  /** The same with keys at other positions, unless {@code renumbering} is null. */
  Attended attend(AttentionInput in, Renumbering renumbering) {
    return ChosenBlocks.attend(
        in,
        rows,
        block,
        Choice.TOP,
        frame ->
            new Object[] {
              block,
              ChosenBlocks.chosen(frame, budget, block),
              Math.min(pool, frame.rows()),
              sinks,
              near,
              score == Score.BOUNDS
            },
        renumbering);
  }
}
