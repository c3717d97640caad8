package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.SlidingOperators;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators.Window;
import java.util.Arrays;

/**
 * Windows and first keys of a padded call by a kernel that slides, on a GPU in half precision. The
 * few queries that the kernel cannot serve are attended for with a mask: those that read all keys,
 * and those whose window begins or ends among the first keys.
 */
final class PaddedWindows {

  private final AttentionInput in;
  private final Window window;
  private final NDArray values;
  private final int queries;

  private PaddedWindows(AttentionInput in, Window window, NDArray values) {
    this.in = in;
    this.window = window;
    this.values = values;
    this.queries = (int) in.query().getShape().get(2);
  }

  /** Whether the kernel takes such a call: whole sequences whose end nobody reads beyond. */
  static boolean serves(Window window, AttentionInput in) {
    AttentionMask mask = in.mask();
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    return SlidingOperators.servePadded(in.query(), in.value())
        && in.bias() == null
        && queries == keys
        && queries > window.back() + window.prefix()
        && Arrays.stream(mask.queryOffsets()).allMatch(offset -> offset == 0)
        && (mask.full(queries, keys)
            || mask.direction() == Direction.CAUSAL
                && Arrays.equals(mask.queryLengths(), mask.keyLengths()));
  }

  /**
   * Attends.
   *
   * @param values (B, Hkv, T, C)
   * @return output (B, H, T, C) and logSumExp (B, H, T), in the scope of the call
   */
  static Result attend(Window window, AttentionInput in, NDArray values) {
    PaddedWindows windows = new PaddedWindows(in, window, values);
    try (NDManager local = in.scope().newSubManager()) {
      return ResultParts.silenced(in, windows.parts(local).joined(in.scope()));
    }
  }

  private ResultParts parts(NDManager local) {
    boolean causal = in.mask().direction() == Direction.CAUSAL;
    Result all =
        SlidingOperators.on(local)
            .windowAndPrefix(
                local,
                in.query(),
                in.key(),
                values,
                window,
                causal ? Visible.PAST : Visible.ALL,
                in.scale());
    int readers = Math.min(queries, window.readers());
    int covering = causal ? readers : Math.max(readers, window.prefix() - window.ahead() - 1);
    int overlapping = Math.max(covering, window.back() + 1);
    int clear = Math.max(overlapping, window.back() + window.prefix());
    ResultParts parts = new ResultParts();
    add(parts, local, new Span(0, readers), in.ofGlobals());
    add(parts, local, new Span(readers, covering), in);
    addOf(all, parts, local, new Span(covering, overlapping));
    add(parts, local, new Span(overlapping, clear), in);
    addOf(all, parts, local, new Span(clear, queries));
    return parts;
  }

  private static void addOf(Result all, ResultParts parts, NDManager local, Span rows) {
    if (rows.length() > 0) {
      parts.add(new Result(rows.of(local, all.output()), rows.of(local, all.logSumExp())));
    }
  }

  /** Attends with a mask; {@code asked} has the projections by which these queries read. */
  private void add(ResultParts parts, NDManager local, Span rows, AttentionInput asked) {
    if (rows.length() == 0) {
      return;
    }
    SpanSelection some = WindowSelections.rows(asked, rows, window);
    NDArray read = values == in.value() ? asked.value() : values;
    parts.add(
        AttentionOperators.on(local.getDevice())
            .attendMasked(
                local,
                rows.of(local, asked.query()),
                some.gather(local, asked.key()),
                some.gather(local, read),
                some.mask(local),
                in.scale()));
  }
}
