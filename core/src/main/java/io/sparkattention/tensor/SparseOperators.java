package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators.Result;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What sparse attention needs beside the fused operators: gathers, scatters, windows, merges. */
public final class SparseOperators {

  /** How the tokens of a block are thinned out, each head on its own. */
  public enum Thinning {
    /** The keys with the largest norms. */
    NORM,
    /** Every so many tokens, starting at another one in each head. */
    STRIDE,
    /** Neighbouring tokens, at another place of the block in each head. */
    BLOCK_STRIDE
  }

  /**
   * A rule about distances and first places.
   *
   * @param back how far before a query its keys may lie
   * @param ahead how far after a query its keys may lie
   * @param prefix how many first keys every query reads
   * @param readers how many first queries read every key
   */
  public record Window(int back, int ahead, int prefix, int readers) {}

  private static final Map<Device, SparseOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private SparseOperators(Device device) {
    script =
        TorchScript.load(
            List.of(
                "attention-merge.torchscript",
                "attention-rows.torchscript",
                "attention-sparse.torchscript"),
            Map.of(),
            device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static SparseOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), SparseOperators::new);
  }

  /**
   * Rows of some keys.
   *
   * @param x (B, Hkv, S, C)
   * @param index (B, Hkv, K) int64
   * @return (B, Hkv, K, C)
   */
  public NDArray gather(NDManager scope, NDArray x, NDArray index) {
    return script.call(scope, "gather", x, index).get(0);
  }

  /**
   * Puts weights of some keys to their places; weights of one place add up.
   *
   * @param weights (B, H, rows, K) float32
   * @param index (B, Hkv, K) int64
   * @param keys S
   * @return (B, H, rows, S)
   */
  public NDArray scatter(NDManager scope, NDArray weights, NDArray index, int keys) {
    return script.call(scope, "scatter", weights, index, keys).get(0);
  }

  /**
   * The additive mask of a boolean one: 0 or minus infinity.
   *
   * @param read (B or 1, Hkv or 1, rows or 1, K)
   * @param like gives precision and the number of heads: (B, H, rows, D)
   * @return (B or 1, H or 1, rows or 1, K)
   */
  public NDArray barrier(NDManager scope, NDArray read, NDArray like) {
    return script.call(scope, "barrier", read, like).get(0);
  }

  /** A value for every key head as a value for every query head. */
  public NDArray spread(NDManager scope, NDArray x, int heads) {
    return script.call(scope, "spread", x, heads).get(0);
  }

  /**
   * Attention over two disjoint sets of keys, from what each gave.
   *
   * @return output (B, H, T, C) float32 and logSumExp (B, H, T)
   */
  public Result merge(NDManager scope, Result one, Result other) {
    NDList merged =
        script.call(
            scope, "merge_wide", one.output(), one.logSumExp(), other.output(), other.logSumExp());
    return new Result(merged.get(0), merged.get(1));
  }

  /**
   * Which keys of some spans the queries of a window read.
   *
   * @param like gives the device
   * @return (B, 1, queries, K) boolean
   */
  public NDArray window(
      NDManager scope,
      NDArray like,
      int[] queryOffsets,
      int[] keyLengths,
      Span queries,
      List<Span> keys,
      Window window) {
    try (NDArray offsets = Uploads.of(scope, queryOffsets);
        NDArray lengths = Uploads.of(scope, keyLengths)) {
      return script
          .call(
              scope,
              "window",
              like,
              offsets,
              lengths,
              queries.from(),
              queries.length(),
              keys.stream().flatMapToLong(s -> s.bounds()).toArray(),
              window.back(),
              window.ahead(),
              window.prefix(),
              window.readers())
          .get(0);
    }
  }

  /**
   * What is added to the scores where blocks of queries read the first and last block, their own
   * and its neighbours.
   *
   * @param like gives precision and device
   * @param whole for each sequence, 1 where every query reads every key
   * @param bonus what is added for the first block where a block does not read everything
   * @return (B, 1, queries, K)
   */
  public NDArray blocks(
      NDManager scope,
      NDArray like,
      int[] keyLengths,
      int[] whole,
      Span queries,
      List<Span> keys,
      int block,
      double bonus) {
    try (NDArray lengths = Uploads.of(scope, keyLengths);
        NDArray all = Uploads.of(scope, whole)) {
      long[] bounds = keys.stream().flatMapToLong(s -> s.bounds()).toArray();
      return script
          .call(
              scope,
              "blocks",
              like,
              lengths,
              all,
              queries.from(),
              queries.length(),
              bounds,
              block,
              bonus)
          .get(0);
    }
  }

  /**
   * Leaves of a boolean mask only the keys that are not after their query.
   *
   * @param read (B, 1, queries, K) over the spans
   */
  public NDArray past(
      NDManager scope, NDArray read, int[] queryOffsets, int firstQuery, List<Span> keys) {
    try (NDArray offsets = Uploads.of(scope, queryOffsets)) {
      long[] bounds = keys.stream().flatMapToLong(s -> s.bounds()).toArray();
      return script.call(scope, "past", read, offsets, firstQuery, bounds).get(0);
    }
  }

  /**
   * Some keys of each block of neighbouring ones.
   *
   * @param key (B, Hkv, S, D)
   * @param keyLengths (B)
   * @param sparsity one of so many keys is kept
   * @return places (B, Hkv, blocks, block / sparsity) int64; places of S and more hold nothing
   */
  public NDArray thin(
      NDManager scope, NDArray key, NDArray keyLengths, int block, int sparsity, Thinning mode) {
    return script.call(scope, "thin", key, keyLengths, block, sparsity, mode.ordinal()).get(0);
  }

  /**
   * What a block reads: the first keys, its own block and both neighbours whole, and the thinned
   * keys of so many blocks beyond them as one key in so many is kept.
   *
   * @param thinned from {@link #thin}
   * @param number which block
   * @return places (B, Hkv, K) int64, and whether they are read (B, Hkv, 1, K)
   */
  public NDList near(
      NDManager scope,
      NDArray thinned,
      NDArray keyLengths,
      int number,
      int block,
      int sparsity,
      int globals,
      int keys) {
    return script.call(scope, "near", thinned, keyLengths, number, block, sparsity, globals, keys);
  }
}
