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

  /** Room for keys and values as two numbers a byte, and for scale and least number, fp16. */
  public NDList zerosInt4(NDManager scope, NDArray like, CacheSize size) {
    return script.call(
        scope,
        "zeros_int4",
        like,
        size.layers(),
        size.rows(),
        size.capacity(),
        size.heads(),
        size.columns(),
        CacheSize.groups(size.columns()));
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

  /** As {@link #write}, rounded to 15 steps from a group's least number to its largest. */
  public void writeInt4(
      NDArray cache, NDArray scales, int layer, NDArray places, NDArray key, NDArray value) {
    try (NDManager scope = key.getManager().newSubManager()) {
      script.call(scope, "write_int4", cache, scales, layer, places, key, value);
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

  /** As {@link #view}, of heads of so many columns in the precision of another array. */
  public NDList viewInt4(
      NDManager scope,
      NDArray cache,
      NDArray scales,
      int layer,
      int keys,
      int columns,
      NDArray like) {
    return script.call(scope, "view_int4", cache, scales, layer, keys, columns, like);
  }

  /** A copy of some rows, in any order; {@code rows} is (R) int64. */
  public NDArray select(NDManager scope, NDArray cache, NDArray rows) {
    return script.call(scope, "select", cache, rows).get(0);
  }

  /** Some rows of (rows, Hkv, S, D), in any order; {@code rows} is (B) int64. */
  public NDArray rows(NDManager scope, NDArray all, NDArray rows) {
    return script.call(scope, "rows", all, rows).get(0);
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
   * Room for notes on keys.
   *
   * @return (layers, rows, capacity, Hkv, columns) float32
   */
  public NDArray notes(NDManager scope, NDArray like, CacheSize size, int columns) {
    return script
        .call(
            scope,
            "notes",
            like,
            size.layers(),
            size.rows(),
            size.capacity(),
            size.heads(),
            columns)
        .get(0);
  }

  /**
   * Notes new keys.
   *
   * @param places (N) int64 among the (rows · capacity) places
   * @param positions (N) int64
   * @param prior the mass of a key, for each token before it and itself
   */
  public void note(NDArray notes, int layer, NDArray places, NDArray positions, double prior) {
    try (NDManager scope = places.getManager().newSubManager()) {
      script.call(scope, "note", notes, layer, places, positions, prior);
    }
  }

  /**
   * Notes keys that were chosen head by head.
   *
   * @param places (B · K) int64 among the (rows · capacity) places
   * @param positions (B, Hkv, K)
   * @param mass (B, Hkv, K), used where there is a column for it
   */
  public void noteKept(NDArray notes, int layer, NDArray places, NDArray positions, NDArray mass) {
    try (NDManager scope = positions.getManager().newSubManager()) {
      script.call(scope, "note_kept", notes, layer, places, positions, mass);
    }
  }

  /** Positions of the first keys of some rows, (B, Hkv, keys) float32. */
  public NDArray noted(NDManager scope, NDArray notes, int layer, NDArray rows, int keys) {
    return script.call(scope, "noted", notes, layer, rows, keys).get(0);
  }

  /**
   * Adds mass to that which is noted.
   *
   * @param rows (B) int64
   * @param mass (B, Hkv, S) float32
   * @param retained (B) float32, what the noted mass is multiplied with before
   * @return what is noted now, (B, Hkv, S) float32
   */
  public NDArray weigh(
      NDManager scope, NDArray notes, int layer, NDArray rows, NDArray mass, NDArray retained) {
    return script.call(scope, "weigh", notes, layer, rows, mass, retained).get(0);
  }

  /**
   * A weighted sum of rows of attention weights, for each key.
   *
   * @param weights (B, H, R, S) float32
   * @param factors (B, R) float32
   * @param heads key and value heads Hkv
   * @return (B, Hkv, S) float32, summed over the query heads that share a key
   */
  public NDArray mass(NDManager scope, NDArray weights, NDArray factors, int heads) {
    return script.call(scope, "mass", weights, factors, heads).get(0);
  }

  /** The sum of (B, H, S) over the query heads that share a key: (B, Hkv, S). */
  public NDArray shared(NDManager scope, NDArray received, int heads) {
    return script.call(scope, "shared", received, heads).get(0);
  }

  /**
   * Averages the mass of keys over their neighbours, but for the last keys of each row.
   *
   * @param mass (B, Hkv, S) float32
   * @param lengths (B) int64
   */
  public NDArray pool(NDManager scope, NDArray mass, NDArray lengths, int last, int kernel) {
    return script.call(scope, "pool", mass, lengths, last, kernel).get(0);
  }

  /** The numbers from 0, (1, 1, keys) float32. */
  public NDArray numbers(NDManager scope, int keys, NDArray like) {
    return script.call(scope, "numbers", keys, like).get(0);
  }

  /**
   * Scores that rank the first keys above all others and later keys above earlier ones.
   *
   * @param positions (B or 1, Hkv or 1, S) float32
   */
  public NDArray recency(NDManager scope, NDArray positions, int first) {
    return script.call(scope, "recency", positions, first).get(0);
  }

  /**
   * Scores that rank the last keys above all others, whose scores are below 2^24.
   *
   * @param scores (B or 1, Hkv or 1, S) float32
   * @param positions (B or 1, Hkv or 1, S) float32
   * @param ends the position after the last key of each row, (B) int64
   */
  public NDArray protectLast(
      NDManager scope, NDArray scores, NDArray positions, NDArray ends, int last) {
    return script.call(scope, "protect_last", scores, positions, ends, last).get(0);
  }

  /**
   * Scores from 0 to 1, drawn for each head and position.
   *
   * @param positions (B or 1, Hkv or 1, S) float32
   * @return (B or 1, Hkv, S) float32
   */
  public NDArray random(NDManager scope, NDArray positions, int layer, int heads, int seed) {
    return script.call(scope, "random", positions, layer, heads, seed).get(0);
  }

  /**
   * By how much the weighted sum of values changes without each key.
   *
   * @param scores (B, Hkv or 1, S) float32; from 2^24 on they are returned as they are
   * @param mass (B, Hkv, S) float32, weights that need not add up to 1
   * @param value (B, Hkv, S, D)
   * @param lengths (B) int64
   * @return (B, Hkv, S) float32, below 2^24 where the scores are
   */
  public NDArray outputErrors(
      NDManager scope, NDArray scores, NDArray mass, NDArray value, NDArray lengths) {
    return script.call(scope, "output_errors", scores, mass, value, lengths).get(0);
  }

  /** The mean over heads, (B, 1, S). */
  public NDArray meanOfHeads(NDManager scope, NDArray scores) {
    return script.call(scope, "mean_of_heads", scores).get(0);
  }

  /** Which keys of a layer may stay. */
  public record Bounds(NDArray lengths, NDArray ends, int window, int budget, int heads) {}

  /**
   * The places of the keys with the highest scores, in their order; of equal ones the first.
   *
   * @param scores (B or 1, Hkv or 1, S) float32
   * @param positions (B or 1, Hkv or 1, S) float32
   * @param bounds lengths (B) int64 are the true ones; ends (B) int64 are the positions of the next
   *     tokens; keys before their window, where it is not 0, go first
   * @return (B, Hkv, budget) int64; places beyond a row's length come last
   */
  public NDArray keep(NDManager scope, NDArray scores, NDArray positions, Bounds bounds) {
    return script
        .call(
            scope,
            "keep",
            scores,
            positions,
            bounds.lengths(),
            bounds.ends(),
            bounds.window(),
            bounds.budget(),
            bounds.heads())
        .get(0);
  }

  /** Some keys of each head, (B, Hkv, K); {@code kept} is (B, Hkv, K) int64. */
  public NDArray ofKept(NDManager scope, NDArray numbers, NDArray kept) {
    return script.call(scope, "of_kept", numbers, kept).get(0);
  }

  /**
   * The rows that are written of some keys or values.
   *
   * @param heads (B, Hkv, T, D)
   * @param kept (B, Hkv, K) int64
   * @return (B · K, Hkv, D)
   */
  public NDArray gather(NDManager scope, NDArray heads, NDArray kept) {
    return script.call(scope, "gather", heads, kept).get(0);
  }

  /**
   * Moves what a layer keeps of some rows to their first places.
   *
   * @param rows (B) int64
   * @param kept (B, Hkv, K) int64
   * @param parts how many arrays of Hkv heads lie side by side
   */
  public void compact(NDArray cache, int layer, NDArray rows, NDArray kept, int parts) {
    try (NDManager scope = kept.getManager().newSubManager()) {
      script.call(scope, "compact", cache, layer, rows, kept, parts);
    }
  }
}
