package io.sparkattention.attention;

import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts the queries of a call into blocks, each with the spans of keys that a window lets it read.
 */
final class WindowSelections {

  private static final int FEWEST_ROWS = 64;
  private static final int MOST_ROWS = 512;

  private WindowSelections() {}

  /**
   * The window of so many tokens: half of them on each side of a query and the query itself or,
   * where the future is hidden, the query and those before it.
   */
  static Window window(AttentionMask mask, int tokens, int prefix, int readers) {
    return mask.direction() == Direction.CAUSAL
        ? new Window(tokens - 1, 0, prefix, readers)
        : new Window(tokens / 2, tokens / 2, prefix, readers);
  }

  /** The selections of a padded call; blocks are as long as the window, within bounds. */
  static List<SpanSelection> of(AttentionInput in, Window window) {
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    int earliest = Arrays.stream(in.mask().queryOffsets()).min().orElse(0);
    int latest = Arrays.stream(in.mask().queryOffsets()).max().orElse(0);
    int reach = window.back() + window.ahead();
    int rows = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, reach));
    int readers = Math.max(0, Math.min(queries, window.readers() - earliest));
    List<SpanSelection> blocks = new ArrayList<>();
    for (int from = 0; from < queries; ) {
      boolean readsAll = from < readers;
      int to = Math.min(readsAll ? readers : queries, from + rows);
      List<Span> spans =
          readsAll
              ? List.of(new Span(0, keys))
              : spans(
                  keys,
                  Math.min(keys, window.prefix()),
                  earliest + from - window.back(),
                  latest + to + window.ahead());
      AttentionInput asked = readsAll ? in.ofGlobals() : in;
      blocks.add(new SpanSelection(asked, new Span(from, to), spans, window));
      from = to;
    }
    return blocks;
  }

  /** The first keys and those from {@code low} to {@code high}, joined where they meet. */
  private static List<Span> spans(int keys, int prefix, int low, int high) {
    int end = Math.max(0, Math.min(keys, high));
    int start = Math.max(0, Math.min(low, end));
    if (start <= prefix) {
      return List.of(new Span(0, Math.max(prefix, end)));
    }
    return prefix == 0
        ? List.of(new Span(start, end))
        : List.of(new Span(0, prefix), new Span(start, end));
  }
}
