package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.PatternOperators;
import io.sparkattention.tensor.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * {@link BlockDiagonalAttention} of whole texts whose blocks end with lines or paragraphs. Texts of
 * which nobody says where their lines end have one line.
 */
final class TextBlocks {

  private static final int QUERIES = 256; // of one selection
  private static final int LAST = -1; // the number of all blocks that read everything

  private final BlockDiagonalAttention mechanism;
  private final AttentionInput in;
  private final int[][] numbers; // (B, S): of the block of each token

  TextBlocks(BlockDiagonalAttention mechanism, AttentionInput in) {
    this.mechanism = mechanism;
    this.in = in;
    int keys = (int) in.key().getShape().get(2);
    numbers = new int[in.mask().batch()][keys];
    for (int b = 0; b < numbers.length; b++) {
      int text = b;
      int length = in.mask().keyLengths()[b];
      TextBreaks told = in.mask().breaks() == null ? any -> new int[length] : in.mask().breaks();
      int[] starts = mechanism.starts(length, () -> told.of(text));
      Arrays.fill(numbers[b], LAST);
      for (int i = 0; i + mechanism.last() < starts.length; i++) {
        Arrays.fill(numbers[b], starts[i], starts[i + 1], i);
      }
    }
  }

  Attended attend() {
    int queries = (int) in.query().getShape().get(2);
    List<PatternSelection> parts = new ArrayList<>();
    for (int from = 0; from < queries; from += QUERIES) {
      Span asked = new Span(from, Math.min(queries, from + QUERIES));
      parts.add(new PatternSelection(in, asked, read(asked), this::pattern));
    }
    return new SelectedAttended(in, parts, in.scope().newSubManager());
  }

  private NDArray pattern(
      PatternOperators operators, NDManager scope, PatternOperators.Block asked) {
    return operators.relation(scope, asked, numbers, mechanism.instruction());
  }

  /** The keys that some queries of any sequence read; those behind them are hidden anyway. */
  private List<Span> read(Span queries) {
    BitSet read = new BitSet();
    for (int b = 0; b < numbers.length; b++) {
      int to = Math.min(queries.to(), in.mask().queryLengths()[b]);
      for (int t = queries.from(); t < to; t++) {
        if (numbers[b][t] == LAST) {
          read.set(0, in.mask().keyLengths()[b]);
          break;
        }
        read.set(t);
      }
      int first = queries.from();
      while (first < to && first > 0 && numbers[b][first - 1] == numbers[b][queries.from()]) {
        read.set(--first); // the rest of a block that the first query is in
      }
    }
    int keys = (int) in.key().getShape().get(2);
    return PatternSelection.spans(read, 1, mechanism.instruction(), keys);
  }
}
