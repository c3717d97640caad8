package io.sparkattention.kvcache;

/** In which form keys and values are stored. */
public enum CacheStorage {
  /** In the precision of the model. */
  MODEL,
  /** As bytes, with one scale for each token and head: half of fp16, a quarter of fp32. */
  INT8
}
