package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.PatternOperators;
import io.sparkattention.tensor.PatternOperators.Block;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators.Window;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Keys in a few spans, the same for all heads; which query reads which follows from a pattern.
 * Spans are in order and do not overlap.
 */
record PatternSelection(AttentionInput input, Span queries, List<Span> keys, Pattern pattern)
    implements KeySelection {

  private static final Window UNUSED = new Window(0, 0, 0, 0);

  /** Which keys the queries read. */
  @FunctionalInterface
  interface Pattern {

    /** (B or 1, 1, queries, K) boolean; keys that the direction hides may be among them. */
    NDArray read(PatternOperators operators, NDManager scope, Block asked);
  }

  @Override
  public NDArray gather(NDManager scope, NDArray x) {
    return spans().gather(scope, x);
  }

  @Override
  public NDArray scatter(NDManager scope, NDArray weights) {
    return spans().scatter(scope, weights);
  }

  @Override
  public NDArray mask(NDManager scope) {
    AttentionMask mask = input.mask();
    Block asked = new Block(mask.queryOffsets(), mask.keyLengths(), queries, keys);
    NDArray read = pattern.read(PatternOperators.on(scope), scope, asked);
    return spans().mask(scope, read);
  }

  private SpanSelection spans() {
    return new SpanSelection(input, queries, keys, UNUSED);
  }

  /**
   * Spans of some blocks, joined where they meet; the first key if there are none.
   *
   * @param blocks numbers of blocks
   * @param first how many first keys there are as well
   * @param keys S, where the last block may end early
   */
  static List<Span> spans(BitSet blocks, int block, int first, int keys) {
    List<Span> spans = new ArrayList<>();
    int end = Math.min(first, keys); // of the span that is growing, which begins at start
    int start = 0;
    for (int number = blocks.nextSetBit(0); number >= 0; number = blocks.nextSetBit(number + 1)) {
      long from = (long) number * block;
      if (from >= keys) {
        break;
      }
      if (from > end) {
        if (end > start) {
          spans.add(new Span(start, end));
        }
        start = (int) from;
      }
      end = (int) Math.max(end, Math.min(keys, from + block));
    }
    if (end > start || spans.isEmpty()) {
      spans.add(new Span(start, Math.max(end, Math.min(keys, start + 1))));
    }
    return spans;
  }
}
