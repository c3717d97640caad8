package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.function.Supplier;

/**
 * The keys of one layer, of which a policy chooses.
 *
 * @param positions of the keys in their texts, or in the cache where the policy numbers them so: (B
 *     or 1, Hkv or 1, S) float32
 * @param mass what the policy's evidence says of each key, summed over the query heads that share
 *     it: (B, Hkv, S) float32; null where the policy asks for none
 * @param lengths how many of the S keys of each row are real, (B) int64
 * @param ends the position of the next token of each row, (B) int64
 * @param keysAndValues see {@link #key} and {@link #value}
 * @param heads key and value heads, Hkv
 * @param scope owns what the policy makes
 */
public record CacheView(
    int layer,
    NDArray positions,
    NDArray mass,
    NDArray lengths,
    NDArray ends,
    Supplier<NDList> keysAndValues,
    int heads,
    NDManager scope) {

  /** (B, Hkv, S, D), rotated unless the policy numbers keys by their places in the cache. */
  public NDArray key() {
    return keysAndValues.get().get(0);
  }

  /** (B, Hkv, S, D). */
  public NDArray value() {
    return keysAndValues.get().get(1);
  }
}
