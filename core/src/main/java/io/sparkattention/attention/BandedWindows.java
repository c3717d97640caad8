package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.BandOperators;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;

/**
 * {@link WindowGlobalAttention} of one long text, all chunks of its queries in one call: each query
 * reads the tokens around it and the first keys, which are no tokens of the text (LongT5's sums of
 * blocks) or none at all.
 */
final class BandedWindows {

  private static final int SMALLEST_CHUNK = 64;
  private static final int LARGEST_CHUNK = 512;
  private static final int FEWEST_CHUNKS = 4;

  /** Bytes of a bias of first keys above which the queries are taken in parts. */
  private static final long LARGEST_BIAS = 512L << 20;

  private final AttentionInput in;
  private final int side;
  private final int first;
  private final int tokens;
  private final int chunk;
  private final AttentionOperators operators;

  private BandedWindows(WindowGlobalAttention mechanism, AttentionInput in) {
    this.in = in;
    this.side = mechanism.window() / 2;
    this.first = mechanism.globals();
    this.tokens = (int) in.query().getShape().get(2);
    this.chunk = chunkOf(mechanism.window());
    this.operators = AttentionOperators.on(in.scope().getDevice());
  }

  private static int chunkOf(int window) {
    int rounded = (window + SMALLEST_CHUNK - 1) / SMALLEST_CHUNK * SMALLEST_CHUNK;
    return Math.max(SMALLEST_CHUNK, Math.min(LARGEST_CHUNK, rounded));
  }

  /** Whether a padded call is of this kind, and long enough to be worth it. */
  static boolean serves(WindowGlobalAttention mechanism, AttentionInput in) {
    int first = mechanism.globals();
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    AttentionMask mask = in.mask();
    return mask.batch() == 1
        && mask.direction() == Direction.BIDIRECTIONAL
        && mask.queryOffsets()[0] == first
        && keys == first + queries
        && mask.full(queries, keys)
        && queries >= FEWEST_CHUNKS * chunkOf(mechanism.window())
        && (in.bias() == null || in.bias().byDistance(first));
  }

  /**
   * Attends.
   *
   * @param values (1, Hkv, S, C)
   * @return output (1, H, T, C) and logSumExp (1, H, T)
   */
  static Result attend(WindowGlobalAttention mechanism, AttentionInput in, NDArray values) {
    BandedWindows windows = new BandedWindows(mechanism, in);
    NDManager scope = in.scope();
    if (windows.first == 0) {
      return windows.near(scope, values);
    }
    try (NDManager local = scope.newSubManager()) {
      Result near = windows.near(local, values);
      Result all = SparseOperators.on(local).merge(local, near, windows.toFirst(local, values));
      NDArray output = AttentionArrays.on(scope).like(scope, all.output(), in.query());
      all.logSumExp().attach(scope);
      return new Result(output, all.logSumExp());
    }
  }

  /** What the tokens around each query give. */
  private Result near(NDManager scope, NDArray values) {
    try (NDManager local = scope.newSubManager()) {
      BandOperators bands = BandOperators.on(local);
      NDArray query = bands.chunks(local, in.query(), chunk); // (chunks, H, chunk, D)
      NDArray key = bands.bands(local, in.key(), first, side, chunk);
      NDArray value = bands.bands(local, values, first, side, chunk);
      NDArray mask = bands.band(local, in.query(), chunk, side); // (1, 1, chunk, keys)
      int keys = chunk + 2 * side;
      if (in.bias() != null) {
        mask = mask.add(in.bias().block(local, side, side + chunk, first, first + keys));
      }
      int count = (int) query.getShape().get(0);
      int from = Math.min(count, (side + chunk - 1) / chunk); // chunks before it begin early
      int to = Math.max(from, Math.min(count, (tokens - side) / chunk)); // others end late
      NDList outputs = new NDList();
      NDList logSumExps = new NDList();
      for (int at = 0; at < count; ) {
        boolean inside = at >= from && at < to;
        int next = inside ? to : at + 1;
        NDArray seen =
            inside
                ? mask
                : mask.add(bands.edge(local, in.query(), at * chunk - side, tokens, keys));
        NDIndex some = new NDIndex("{}:{}", at, next);
        Result part =
            operators.attendMasked(
                local,
                query.get(local, some),
                key.get(local, some),
                value.get(local, some),
                seen,
                in.scale());
        outputs.add(part.output());
        logSumExps.add(part.logSumExp());
        at = next;
      }
      return bands.joined(scope, NDArrays.concat(outputs), NDArrays.concat(logSumExps), tokens);
    }
  }

  /** What the first keys give, with a bias of bounded size. */
  private Result toFirst(NDManager scope, NDArray values) {
    Span prefix = new Span(0, first);
    NDArray key = prefix.of(scope, in.key());
    NDArray value = prefix.of(scope, values);
    if (in.bias() == null) {
      return operators.attend(scope, in.query(), key, value, Visible.ALL, in.scale());
    }
    long bytes = (long) Float.BYTES * in.heads() * first;
    int rows = (int) Math.max(1, Math.min(tokens, LARGEST_BIAS / bytes));
    ResultParts parts = new ResultParts();
    for (int from = 0; from < tokens; from += rows) {
      Span queries = new Span(from, Math.min(tokens, from + rows));
      try (NDManager local = scope.newSubManager()) {
        NDArray bias = in.bias().block(local, queries.from(), queries.to(), 0, first);
        NDArray query = queries.of(local, in.query()); // (1, H, rows, D)
        parts.add(operators.attendMasked(scope, query, key, value, bias, in.scale()));
      }
    }
    return parts.joined(scope);
  }
}
