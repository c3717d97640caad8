package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.SelectionOperators.Frame;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What mechanisms need that sort queries and keys by a code, so that those of similar codes meet in
 * blocks: codes by random planes and by k-means, the order of both, and windows of sorted keys.
 */
public final class SortingOperators {

  /**
   * Codes of queries and keys.
   *
   * @param queries (B, H, T) int64
   * @param keys (B, Hkv, S) int64
   */
  public record Codes(NDArray queries, NDArray keys) {}

  /**
   * Queries and keys in the order of their codes. Blocks of sorted queries read windows of sorted
   * keys, where the keys of their code lie.
   *
   * @param queries (B, H, T) int64, the query at each place
   * @param ranks (B, H, T) int64, the place of each query
   * @param keys (B, Hkv, S) int64, the key at each place
   * @param starts (B, H, n) int64, where each block's window starts
   * @param real (B, Hkv, 1) int64, how many sorted keys may be read
   * @param rows queries of a block
   * @param width keys of a window
   */
  public record Order(
      NDArray queries,
      NDArray ranks,
      NDArray keys,
      NDArray starts,
      NDArray real,
      int rows,
      int width) {}

  private static final Map<Device, SortingOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private SortingOperators(Device device) {
    script = TorchScript.load("attention-sorting.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static SortingOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), SortingOperators::new);
  }

  /**
   * On which sides of some planes queries and keys lie, as a number that neighbouring regions
   * differ little in (Gray code). Keys and queries are taken relative to their means.
   *
   * @param planes (D, bits)
   */
  public Codes hashes(NDManager scope, NDArray query, NDArray key, Frame frame, NDArray planes) {
    NDList codes =
        script.call(scope, "hashes", query, key, frame.queries(), frame.lengths(), planes);
    return new Codes(codes.get(0), codes.get(1));
  }

  /**
   * The nearest centroids of queries and keys, by spherical k-means over the keys.
   *
   * @param starts (clusters) float32, from which part of each sequence a centroid starts
   * @param rounds how often centroids move
   */
  public Codes clusters(
      NDManager scope, NDArray query, NDArray key, Frame frame, NDArray starts, int rounds) {
    long entries = scope.getDevice().isGpu() ? 1L << 28 : 1L << 21;
    NDList codes =
        script.call(
            scope,
            "clusters",
            query,
            key,
            frame.queries(),
            frame.lengths(),
            starts,
            rounds,
            entries);
    return new Codes(codes.get(0), codes.get(1));
  }

  /**
   * Keys that all blocks of queries read: the first ones, and some at parts of each sequence.
   *
   * @param parts (m) float32, ascending, from 0 to 1
   * @return (B, heads, blocks, m) int64, ascending; a key once, S where there are none
   */
  public NDArray samples(
      NDManager scope, NDArray parts, int sinks, Frame frame, int heads, int blocks, int keys) {
    return script.call(scope, "samples", parts, frame.lengths(), sinks, heads, blocks, keys).get(0);
  }

  /**
   * Sorts.
   *
   * @param apart (B, Hkv, m) int64, keys that no window may hold
   */
  public Order order(
      NDManager scope, Codes codes, Frame frame, NDArray apart, int rows, int width) {
    int keys = (int) codes.keys().getShape().get(2);
    int wide = Math.max(1, Math.min(width, keys));
    NDList sorted =
        script.call(
            scope,
            "windows",
            codes.queries(),
            codes.keys(),
            frame.queries(),
            frame.lengths(),
            apart,
            rows,
            wide);
    return new Order(
        sorted.get(0), sorted.get(1), sorted.get(2), sorted.get(3), sorted.get(4), rows, wide);
  }

  /**
   * Some blocks of sorted queries attend to their windows.
   *
   * @param value (B, Hkv, S, C)
   * @return output (B * H * blocks, 1, rows, C) and logSumExp (B * H * blocks, 1, rows)
   */
  public Result attend(
      NDManager scope,
      NDArray query,
      NDArray key,
      NDArray value,
      Order order,
      Frame frame,
      Span blocks,
      double scale) {
    int first = blocks.from();
    int count = blocks.length();
    NDArray q =
        script
            .call(scope, "some_queries", query, order.queries(), first, count, order.rows())
            .get(0);
    NDArray k = keys(scope, key, order, blocks);
    NDArray v = keys(scope, value, order, blocks);
    if (!frame.causal()) {
      NDArray counts =
          script
              .call(scope, "counts", order.starts(), order.real(), first, count, order.width())
              .get(0);
      return SelectionOperators.on(scope).attendCounted(scope, q, k, v, counts, scale);
    }
    NDArray mask =
        script
            .call(
                scope,
                "wall",
                order.queries(),
                order.keys(),
                order.starts(),
                order.real(),
                frame.offsets(),
                first,
                count,
                order.rows(),
                order.width(),
                frame.rows(),
                query)
            .get(0); // (B * H * blocks, 1, rows, width)
    return AttentionOperators.on(scope.getDevice()).attendMasked(scope, q, k, v, mask, scale);
  }

  private NDArray keys(NDManager scope, NDArray x, Order order, Span blocks) {
    return script
        .call(
            scope,
            "some_keys",
            x,
            order.keys(),
            order.starts(),
            blocks.from(),
            blocks.length(),
            order.width())
        .get(0);
  }

  /**
   * Results of sorted queries in the order of the call.
   *
   * @param sorted output (B, H, n * rows, C) and logSumExp (B, H, n * rows)
   */
  public Result unsorted(NDManager scope, Result sorted, Order order) {
    NDList result =
        script.call(scope, "unsorted", sorted.output(), sorted.logSumExp(), order.ranks());
    return new Result(result.get(0), result.get(1));
  }

  /**
   * Weights of some queries over all keys: those of their windows, some more for each block of
   * neighbouring queries, and their own block's up to themselves where the future is hidden.
   *
   * @param logSumExp (B, H, T)
   * @param more (B, Hkv, n, m) int64
   * @return (B, H, rows, S) float32
   */
  public NDArray weights(
      NDManager scope,
      NDArray query,
      NDArray key,
      NDArray logSumExp,
      Order order,
      Frame frame,
      NDArray more,
      Span rows,
      double scale) {
    return script
        .call(
            scope,
            "rows",
            query,
            key,
            logSumExp,
            order.ranks(),
            order.keys(),
            order.starts(),
            order.real(),
            more,
            frame.offsets(),
            frame.lengths(),
            rows.from(),
            rows.length(),
            order.rows(),
            order.width(),
            frame.rows(),
            frame.causal(),
            scale)
        .get(0);
  }
}
