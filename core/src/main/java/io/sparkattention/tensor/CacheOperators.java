package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a cache of keys and values does with its arrays, which are written in place: (layers, rows,
 * capacity, 2 · Hkv, D), the heads of the keys before those of the values, so that one more token
 * of a row lies in one piece and one operation reorders the rows of all layers.
 */
public final class CacheOperators {

  private static final Map<Device, CacheOperators> LOADED = new ConcurrentHashMap<>();

  private final TorchScript script;

  private CacheOperators(Device device) {
    script = TorchScript.load("kvcache.torchscript", Map.of(), device);
  }

  /** The operators of a device, loaded on the first call. */
  public static CacheOperators on(Device device) {
    return LOADED.computeIfAbsent(device, CacheOperators::new);
  }

  /** Room for keys and values in the precision and on the device of another array. */
  public NDArray zeros(NDManager scope, NDArray like, CacheSize size) {
    return script.call(scope, "zeros", size.arguments(like)).get(0);
  }

  /** Room for keys and values as int8, and for their float32 scales, one for each head. */
  public NDList zerosInt8(NDManager scope, NDArray like, CacheSize size) {
    return script.call(scope, "zeros_int8", size.arguments(like));
  }

  /**
   * Writes keys and values of a layer.
   *
   * @param places (N) int64 among the (rows · capacity) places
   * @param key (N, Hkv, D)
   * @param value (N, Hkv, D)
   */
  public void write(NDArray cache, int layer, NDArray places, NDArray key, NDArray value) {
    try (NDManager scope = key.getManager().newSubManager()) {
      script.call(scope, "write", cache, layer, places, key, value);
    }
  }

  /** As {@link #write}, rounded to 127 steps of each head's largest number. */
  public void writeInt8(
      NDArray cache, NDArray scales, int layer, NDArray places, NDArray key, NDArray value) {
    try (NDManager scope = key.getManager().newSubManager()) {
      script.call(scope, "write_int8", cache, scales, layer, places, key, value);
    }
  }

  /** Keys and values of the first places of every row, each (rows, Hkv, keys, D), not copied. */
  public NDList view(NDManager scope, NDArray cache, int layer, int keys) {
    return script.call(scope, "view", cache, layer, keys);
  }

  /** As {@link #view}, in the precision of another array. */
  public NDList viewInt8(
      NDManager scope, NDArray cache, NDArray scales, int layer, int keys, NDArray like) {
    return script.call(scope, "view_int8", cache, scales, layer, keys, like);
  }

  /** A copy of some rows, in any order; {@code rows} is (R) int64. */
  public NDArray select(NDManager scope, NDArray cache, NDArray rows) {
    return script.call(scope, "select", cache, rows).get(0);
  }

  /**
   * Copies the first places of some rows over those of others.
   *
   * @param sources (M) int64
   * @param targets (M) int64, all different
   */
  public void move(NDArray cache, NDArray sources, NDArray targets, int places) {
    try (NDManager scope = sources.getManager().newSubManager()) {
      script.call(scope, "move", cache, sources, targets, places);
    }
  }

  /** The first rows, not copied. */
  public NDArray first(NDManager scope, NDArray cache, int rows) {
    return script.call(scope, "first", cache, rows).get(0);
  }

  /** A copy with more places. */
  public NDArray widen(NDManager scope, NDArray cache, int capacity) {
    return script.call(scope, "widen", cache, capacity).get(0);
  }

  /**
   * Scores that rank the first keys above all others and later keys above earlier ones.
   *
   * @return (1, 1, keys) float32
   */
  public NDArray positions(NDManager scope, int first, int keys, NDArray like) {
    return script.call(scope, "positions", first, keys, like).get(0);
  }

  /**
   * The places of the keys with the highest scores, in their order.
   *
   * @param scores (B or 1, Hkv or 1, S) float32
   * @param lengths (B) int64, the true lengths
   * @return (B, Hkv, budget) int64; places beyond a row's length come last
   */
  public NDArray keep(
      NDManager scope, NDArray scores, NDArray lengths, int budget, int rows, int heads) {
    return script.call(scope, "keep", scores, lengths, budget, rows, heads).get(0);
  }

  /** Moves what a layer keeps to its first places; {@code kept} is (rows, Hkv, budget) int64. */
  public void compact(NDArray cache, int layer, NDArray kept) {
    try (NDManager scope = kept.getManager().newSubManager()) {
      script.call(scope, "compact", cache, layer, kept);
    }
  }
}
