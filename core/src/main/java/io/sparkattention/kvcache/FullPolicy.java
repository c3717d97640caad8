package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;

/** Keeps every key. */
@Described(summary = "Keeps every key", source = "Attention Is All You Need, arXiv:1706.03762")
public record FullPolicy(
    @Default(value = "model", means = "how keys and values are stored: model, int8 or int4")
        CacheStorage storage)
    implements KvCachePolicy {

  /** As the model computes them. */
  public static final FullPolicy USUAL = new FullPolicy(CacheStorage.MODEL);

  @Override
  public int budget() {
    return UNLIMITED;
  }

  @Override
  public Numbering numbering() {
    return Numbering.TEXT;
  }

  @Override
  public NDArray scores(CacheView view) {
    throw new IllegalStateException("a cache without a limit has nothing to choose");
  }
}
