package io.sparkattention.kvcache;

/** In which form keys and values are stored. */
public enum CacheStorage {
  /** In the precision of the model. */
  MODEL,
  /** As bytes, with one scale for each token and head: half of fp16, a quarter of fp32. */
  INT8,
  /**
   * Two numbers a byte, each with one of 16 steps between the least and the largest of its group of
   * up to 32 columns of a token and head, which are kept in fp16.
   */
  INT4
}
