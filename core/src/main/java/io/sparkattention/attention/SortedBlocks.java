package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.SelectionOperators.Frame;
import io.sparkattention.tensor.SortingOperators;
import io.sparkattention.tensor.SortingOperators.Codes;
import io.sparkattention.tensor.SortingOperators.Order;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import io.sparkattention.tensor.Uploads;

/**
 * Queries and keys sorted by a code: blocks of sorted queries read a window of sorted keys. Where
 * the future is hidden, a query reads of its window what lies before its block of neighbouring
 * queries, and that block up to itself.
 *
 * @param input a padded call
 * @param more keys that are read besides, which no window holds
 */
record SortedBlocks(AttentionInput input, Order order, ChosenBlocks more) {

  /** Bytes of keys and masks that are held at once. */
  private static final long LARGEST_BYTES_GPU = 1L << 30;

  private static final long LARGEST_BYTES_CPU = 8L << 20;

  /** Bytes of rows of weights that are formed at once. */
  private static final long LARGEST_ROWS = 2L << 20;

  /**
   * Sorts by codes.
   *
   * @param sinks first keys that all queries read
   * @param parts of each sequence, ascending, at which further such keys lie
   * @param width keys of a window
   */
  static SortedBlocks of(
      AttentionInput in,
      NDManager scope,
      Frame frame,
      Codes codes,
      int sinks,
      float[] parts,
      int width) {
    SortingOperators operators = SortingOperators.on(scope);
    int keys = (int) in.key().getShape().get(2);
    int blocks = ((int) in.query().getShape().get(2) + frame.rows() - 1) / frame.rows();
    NDArray at = Uploads.of(scope, parts); // (m)
    NDArray ids =
        operators.samples(
            scope, at, Math.min(sinks, keys), frame, in.keyValueHeads(), blocks, keys);
    NDArray apart = ids.get(scope, new NDIndex(":, :, 0")); // (B, Hkv, m)
    Order order = operators.order(scope, codes, frame, apart, frame.rows(), width);
    return new SortedBlocks(in, order, new ChosenBlocks(in, frame, ids, 1));
  }

  /**
   * What was attended to.
   *
   * @param scope owns the order; closed with the result
   */
  Attended attended(NDManager scope) {
    return new SortedAttended(this, scope);
  }

  /**
   * Attends.
   *
   * @param values (B, Hkv, S, C)
   * @return output (B, H, T, C) and logSumExp (B, H, T)
   */
  Result attend(NDArray values) {
    NDManager scope = input.scope();
    try (NDManager local = scope.newSubManager()) {
      Result windows = windows(local, values);
      Result all = windows;
      if (readsMore()) {
        Result besides = new GatheredAttention(more.in(local)).attend(values);
        all = SparseOperators.on(local).merge(local, windows, besides);
      }
      NDArray output = AttentionArrays.on(scope).like(scope, all.output(), input.query());
      output.attach(scope);
      all.logSumExp().attach(scope);
      return ResultParts.silenced(input, new Result(output, all.logSumExp()));
    }
  }

  private boolean readsMore() {
    return more.frame().causal() || more.ids().getShape().get(3) > 0;
  }

  private Result windows(NDManager scope, NDArray values) {
    SortingOperators operators = SortingOperators.on(scope);
    int blocks = (int) order.starts().getShape().get(2);
    NDList outputs = new NDList(); // (B, H, rows, C) each
    NDList logSumExps = new NDList(); // (B, H, rows) each
    int step = atOnce();
    for (int from = 0; from < blocks; from += step) {
      Span some = new Span(from, Math.min(blocks, from + step));
      try (NDManager inner = scope.newSubManager()) {
        Result part =
            operators.attend(
                inner,
                input.query(),
                input.key(),
                values,
                order,
                more.frame(),
                some,
                input.scale());
        int batch = input.mask().batch();
        int heads = input.heads();
        int rows = some.length() * order.rows();
        outputs.add(part.output().reshape(batch, heads, rows, -1));
        logSumExps.add(part.logSumExp().reshape(batch, heads, rows));
        outputs.get(outputs.size() - 1).attach(scope);
        logSumExps.get(logSumExps.size() - 1).attach(scope);
      }
    }
    Result sorted = new Result(NDArrays.concat(outputs, 2), NDArrays.concat(logSumExps, 2));
    sorted.output().attach(scope);
    sorted.logSumExp().attach(scope);
    return operators.unsorted(scope, sorted, order);
  }

  private int atOnce() {
    boolean gpu = input.scope().getDevice().isGpu();
    long each = input.headSize() + (more.frame().causal() ? order.rows() : 0);
    long bytes = (gpu ? Short.BYTES : Float.BYTES) * each * order.width();
    long all = bytes * input.mask().batch() * input.heads();
    return (int) Math.max(1, (gpu ? LARGEST_BYTES_GPU : LARGEST_BYTES_CPU) / all);
  }

  /** Rows of the matrix: (B, H, rows, S) float32. */
  NDArray weights(NDArray logSumExp, Span rows) {
    NDManager scope = input.scope();
    long row = (long) input.mask().batch() * input.heads() * more.keys();
    int step = (int) Math.max(1, LARGEST_ROWS / (Float.BYTES * Math.max(1, row)));
    try (NDManager local = scope.newSubManager()) {
      NDList parts = new NDList(); // (B, H, rows, S) each
      for (int from = rows.from(); from < rows.to(); from += step) {
        parts.add(part(local, logSumExp, new Span(from, Math.min(rows.to(), from + step))));
      }
      NDArray all = NDArrays.concat(parts, 2);
      all.attach(scope);
      return all;
    }
  }

  private NDArray part(NDManager scope, NDArray logSumExp, Span rows) {
    return SortingOperators.on(scope)
        .weights(
            scope,
            input.query(),
            input.key(),
            logSumExp,
            order,
            more.frame(),
            more.ids(),
            rows,
            input.scale());
  }
}
