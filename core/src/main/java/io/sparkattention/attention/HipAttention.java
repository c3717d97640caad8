package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.SelectionOperators.Choice;
import java.util.List;

/**
 * A search down a tree of keys: the text is cut into twice as many pieces as may be kept, the best
 * half is kept and cut again, until pieces are blocks. Cost grows as n log n. HiP attention
 * (arXiv:2406.09827).
 *
 * <p>HiP scores a piece by one of its keys, which finds what fills a piece, but not a single key;
 * the bounds of its keys (Quest, arXiv:2406.10774) find that too. Pieces of one level are of equal
 * length, a power of two of blocks.
 */
@Described(
    summary = "The best blocks of keys, searched down a tree that is halved at every level",
    source = "HiP attention, arXiv:2406.09827")
public record HipAttention(
    @Default(value = "16", means = "keys of a block, the smallest piece") int block,
    @Default(
            value = "2048",
            means = "keys that are chosen for a block of queries, beside its own positions")
        int k,
    @Default(value = "256", means = "queries that choose together") int rows,
    @Default(value = "16", means = "neighbouring queries that are averaged before they are scored")
        int pool,
    @Default(value = "64", means = "first keys that are always chosen") int sinks,
    @Default(value = "128", means = "keys beside a block of queries that are always chosen")
        int near,
    @Default(
            value = "bounds",
            means = "how a piece is scored: by its first key, its mean key or bounds of its keys")
        Score score)
    implements Attention {

  /** How a piece is scored. */
  public enum Score {
    /** By its first key. */
    FIRST,
    /** By the mean of its keys. */
    MEAN,
    /** By the largest product with a query that the bounds of its columns allow. */
    BOUNDS
  }

  public HipAttention {
    new OptionCheck()
        .atLeast(1, "block", block)
        .atLeast(1, "k", k)
        .atLeast(1, "rows", rows)
        .atLeast(1, "pool", pool)
        .atLeast(0, "sinks", sinks)
        .atLeast(0, "near", near)
        .done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.unbiased("hip", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    return ChosenBlocks.attend(
        in,
        rows,
        block,
        Choice.TREE,
        frame ->
            new Object[] {
              block,
              ChosenBlocks.chosen(frame, k, block),
              Math.min(pool, frame.rows()),
              sinks,
              near,
              score.ordinal()
            });
  }
}
