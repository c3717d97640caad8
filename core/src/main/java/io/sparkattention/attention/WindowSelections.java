package io.sparkattention.attention;

import ai.djl.ndarray.NDManager;
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

  /** What a padded call attends to, by a kernel that slides where there is one. */
  static Attended attend(AttentionInput in, Window window) {
    List<SpanSelection> blocks = of(in, window);
    NDManager selected = in.scope().newSubManager();
    return PaddedWindows.serves(window, in)
        ? new SelectedAttended(
            in, blocks, selected, values -> PaddedWindows.attend(window, in, values))
        : new SelectedAttended(in, blocks, selected);
  }

  /** The selections of a padded call; blocks are as long as the window, within bounds. */
  static List<SpanSelection> of(AttentionInput in, Window window) {
    int queries = (int) in.query().getShape().get(2);
    int earliest = Arrays.stream(in.mask().queryOffsets()).min().orElse(0);
    int reach = window.back() + window.ahead();
    int rows = Math.max(FEWEST_ROWS, Math.min(MOST_ROWS, reach));
    int readers = Math.max(0, Math.min(queries, window.readers() - earliest));
    List<SpanSelection> blocks = new ArrayList<>();
    for (int from = 0; from < queries; ) {
      boolean readsAll = from < readers;
      int to = Math.min(readsAll ? readers : queries, from + rows);
      blocks.add(rows(readsAll ? in.ofGlobals() : in, new Span(from, to), window));
      from = to;
    }
    return blocks;
  }

  /** The selection of some queries of a padded call; those that read all keys come alone. */
  static SpanSelection rows(AttentionInput in, Span rows, Window window) {
    int keys = (int) in.key().getShape().get(2);
    int earliest = Arrays.stream(in.mask().queryOffsets()).min().orElse(0);
    int latest = Arrays.stream(in.mask().queryOffsets()).max().orElse(0);
    List<Span> spans =
        earliest + rows.from() < window.readers()
            ? List.of(new Span(0, keys))
            : spans(
                keys,
                Math.min(keys, window.prefix()),
                earliest + rows.from() - window.back(),
                latest + rows.to() + window.ahead());
    return new SpanSelection(in, rows, spans, window);
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
