package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.BlockMemoryOperators;
import io.sparkattention.tensor.BlockMemoryOperators.Summary;
import io.sparkattention.tensor.RetrievalOperators;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.List;

/**
 * The first keys, the last keys, and the blocks between them that score highest for what is read
 * now. InfLLM (arXiv:2402.04617).
 *
 * <p>A block is represented by its keys alone, by their mean or by the bounds of their columns
 * (Quest, arXiv:2406.10774), where the paper picks the keys that a window behind them attends to;
 * keys keep their positions, where the paper gives all that is retrieved the same one. In a decoder
 * these summaries stay in the memory of the sequences, so that a step reads them and the blocks
 * that it retrieves and nothing else. A text that is read at once is read as block-top-k reads it.
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
    @Default(value = "256", means = "queries of a text read at once that choose together") int rows)
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
    return Reasons.unbiased("block-memory", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    boolean step = in.query().getShape().get(2) == 1 && lastOnly(in.mask());
    if (!step) {
      return together().attend(in);
    }
    int units = summaries().units(in);
    int keys = (int) in.key().getShape().get(2);
    int between = last(keys) - first();
    return between <= blocks ? new DenseAttention().attend(in) : retrieved(in, units);
  }

  /** Whether the query sees every real key of its sequence. */
  private static boolean lastOnly(AttentionMask mask) {
    for (int b = 0; b < mask.batch(); b++) {
      boolean last = mask.queryOffsets()[b] + 1 >= mask.keyLengths()[b];
      if (mask.direction() == Direction.CAUSAL && !last || mask.keyLengths()[b] == 0) {
        return false;
      }
    }
    return true;
  }

  /** The mechanism of a text that is read at once. */
  private BlockTopKAttention together() {
    int budget = (int) Math.min(Integer.MAX_VALUE / 2, (long) block * blocks + sinks + window);
    return new BlockTopKAttention(block, budget, rows, Math.min(rows, 16), sinks, window, topK());
  }

  private BlockTopKAttention.Score topK() {
    return score == Summary.BOUNDS
        ? BlockTopKAttention.Score.BOUNDS
        : BlockTopKAttention.Score.MEAN;
  }

  private BlockSummaries summaries() {
    return new BlockSummaries(block, score);
  }

  /** How many blocks the first keys take. */
  private int first() {
    return (sinks + block - 1) / block;
  }

  /** The block from which on all keys are read. */
  private int last(int keys) {
    return Math.max(0, keys - window) / block;
  }

  private Attended retrieved(AttentionInput in, int units) {
    NDManager scope = in.scope().newSubManager();
    NDArray kept =
        in.sequenceMemory()
            .filter(memory -> in.site().phase() == Site.Phase.DECODE)
            .map(memory -> memory.of(this, in.site(), KeptRows.class, KeptRows::new))
            .map(rows -> summaries().followed(in, rows))
            .orElseGet(() -> summaries().of(in, scope));
    int keys = (int) in.key().getShape().get(2);
    boolean even = Arrays.stream(in.mask().keyLengths()).allMatch(n -> n == keys);
    Span query = new Span(0, 1);
    IndexSelection selection =
        even
            ? new IndexSelection(in, query, evenly(in, kept, scope))
            : unevenly(in, query, kept, units, scope);
    return new SelectedAttended(
        in, List.of(selection), scope, values -> attend(in, selection, values, even));
  }

  /** Sequences of the same length read the same first and last blocks. */
  private NDArray evenly(AttentionInput in, NDArray kept, NDManager scope) {
    int keys = (int) in.key().getShape().get(2);
    return BlockMemoryOperators.on(scope)
        .chooseEvenly(scope, in.query(), kept, block, first(), blocks, last(keys), keys, score);
  }

  private IndexSelection unevenly(
      AttentionInput in, Span query, NDArray kept, int units, NDManager scope) {
    BlockMemoryOperators operators = BlockMemoryOperators.on(scope);
    long[] real = Arrays.stream(in.mask().keyLengths()).asLongStream().toArray();
    NDArray lengths = Uploads.of(scope, real); // (B)
    NDArray ids =
        operators.chooseBlocks(
            scope, in.query(), kept, lengths, units, block, first(), blocks, window, score);
    int keys = (int) in.key().getShape().get(2);
    NDList places = operators.spots(scope, ids, lengths, block, keys);
    return new IndexSelection(in, query, places.get(0), places.get(1));
  }

  private static Result attend(
      AttentionInput in, IndexSelection selection, NDArray values, boolean even) {
    if (even) {
      return AttentionOperators.on(in.scope().getDevice())
          .attendPlaces(in.scope(), in.query(), in.key(), values, selection.index(), in.scale());
    }
    RetrievalOperators operators = RetrievalOperators.on(in.scope());
    try (NDManager local = in.scope().newSubManager()) {
      NDArray key = selection.gather(local, in.key());
      NDArray value = selection.gather(local, values);
      NDArray read = selection.read();
      Result result =
          operators.attend(
              in.scope(), in.query(), selection.queries(), key, value, read, in.scale());
      return ResultParts.silenced(in, result);
    }
  }
}
