package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.SelectionOperators.Choice;
import java.util.List;

/**
 * Chunks that end where neighbouring keys are least alike: a chunk is scored by the mean of its
 * keys times the square root of its length, and its keys are read where its score is among the
 * highest. DHSA, Dynamic Hierarchical Sparse Attention (arXiv:2510.24606).
 *
 * <p>The paper predicts the ends of chunks with a small trained model; here there is one end in
 * every so many tokens, where the cosine of neighbouring keys is lowest, for each key head on its
 * own.
 */
@Described(
    summary = "Keys of the chunks that score highest, cut where neighbouring keys are least alike",
    source = "DHSA, arXiv:2510.24606")
public record HierarchicalChunksAttention(
    @Default(value = "16", means = "tokens of a chunk on average; at most twice as many") int chunk,
    @Default(
            value = "4096",
            means = "keys that are chosen for a block of queries, beside its own positions")
        int budget,
    @Default(value = "512", means = "queries that choose together") int rows,
    @Default(value = "16", means = "neighbouring queries that are averaged before they are scored")
        int pool,
    @Default(value = "64", means = "first keys that are always chosen") int sinks,
    @Default(value = "128", means = "keys beside a block of queries that are always chosen")
        int near)
    implements Attention {

  public HierarchicalChunksAttention {
    new OptionCheck()
        .atLeast(1, "chunk", chunk)
        .atLeast(1, "budget", budget)
        .atLeast(1, "rows", rows)
        .atLeast(1, "pool", pool)
        .atLeast(0, "sinks", sinks)
        .atLeast(0, "near", near)
        .done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.unbiased("hierarchical-chunks", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    return ChosenBlocks.attend(
        in,
        rows,
        1,
        Choice.CHUNKS,
        frame ->
            new Object[] {
              chunk,
              ChosenBlocks.chosen(frame, budget, 1),
              Math.min(pool, frame.rows()),
              sinks,
              near
            });
  }
}
