package io.sparkattention.attention;

import io.sparkattention.attention.Renumbering.Form;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.BlockMemoryOperators.Summary;
import java.util.ArrayList;
import java.util.List;

/**
 * The first keys, the last keys, and the blocks between them that score highest for what is read
 * now. InfLLM (arXiv:2402.04617).
 *
 * <p>A block is represented by its keys alone, by their mean or by the bounds of their columns
 * (Quest, arXiv:2406.10774), where the paper picks the keys that a window behind them attends to.
 * In a decoder these summaries stay in the memory of the sequences, so that a step reads them and
 * the blocks that it retrieves and nothing else. A text that is read at once is read as block-top-k
 * reads it.
 *
 * <p>With {@code positions=renumbered} keys are chosen and read as in the paper: a key further from
 * a query than the window stands just one window before it, so that a text may be longer than those
 * of the training. With {@code text}, the default, which no position encoding rules out and which
 * costs less while a text is read at once, keys keep their positions.
 */
@Described(
    summary = "First keys, last keys and the blocks between that score highest, at constant cost",
    source = "InfLLM, arXiv:2402.04617")
public record BlockMemoryAttention(
    @Default(value = "64", means = "keys of a block") int block,
    @Default(value = "32", means = "blocks that are retrieved") int blocks,
    @Default(value = "64", means = "first keys that are always read") int sinks,
    @Default(value = "256", means = "last keys that are always read") int window,
    @Default(
            value = "bounds",
            means =
                "how a block is scored: by its mean key, by bounds of its keys, or pooled, in whose"
                    + " place the mean scores the blocks of a text that is read at once")
        Summary score,
    @Default(value = "256", means = "queries of a text read at once that choose together") int rows,
    @Default(
            value = "text",
            means =
                "where keys stand that are read: at their places in the text, or no further than the"
                    + " window before any query")
        Positions positions)
    implements Attention {

  public BlockMemoryAttention {
    new OptionCheck()
        .atLeast(1, "block", block)
        .atLeast(1, "blocks", blocks)
        .atLeast(0, "sinks", sinks)
        .atLeast(1, "window", window)
        .atLeast(1, "rows", rows)
        .done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.unbiased("block-memory", shape));
    reasons.addAll(Reasons.renumbered("block-memory", positions, shape));
    return reasons;
  }

  @Override
  public boolean countsTokens() {
    return positions == Positions.RENUMBERED;
  }

  @Override
  public Attended attend(AttentionInput in) {
    Renumbering renumbering =
        positions == Positions.RENUMBERED ? new Renumbering(Form.ONE_DISTANCE, window) : null;
    return new RetrievedBlocks(this, block, blocks, sinks, window, score, rows, renumbering)
        .attend(in);
  }
}
