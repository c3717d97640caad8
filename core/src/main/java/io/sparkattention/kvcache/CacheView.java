package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * One layer of a cache, shown to a policy.
 *
 * @param key (B, Hkv, S, D), rotated unless the policy numbers keys by their places in the cache
 * @param value (B, Hkv, S, D)
 * @param lengths how many of the S keys of each row are real
 * @param scope owns what the policy makes
 */
public record CacheView(int layer, NDArray key, NDArray value, int[] lengths, NDManager scope) {}
