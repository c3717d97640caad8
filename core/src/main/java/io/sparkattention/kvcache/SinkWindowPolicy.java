package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.CacheOperators;

/**
 * Keeps the first keys and the last ones, numbered by their places in the cache, so that a text of
 * any length is read in constant memory. StreamingLLM (arXiv:2309.17453).
 */
@Described(
    summary = "Keeps the first keys and a window of the last ones, in constant memory",
    source = "StreamingLLM, arXiv:2309.17453")
public record SinkWindowPolicy(
    @Default(value = "4", means = "first keys that stay") int sinks,
    @Default(value = "1024", means = "last keys that stay") int window,
    @Default(value = "model", means = "how keys and values are stored: model, int8 or int4")
        CacheStorage storage)
    implements KvCachePolicy {

  private static final int MOST = Integer.MAX_VALUE / 4;

  public SinkWindowPolicy {
    OptionCheck check = new OptionCheck().atLeast(0, "sinks", sinks).atLeast(1, "window", window);
    if ((long) sinks + window > MOST) {
      check.problem("sinks=%d and window=%d keep more than %d".formatted(sinks, window, MOST));
    }
    check.done();
  }

  @Override
  public int budget() {
    return sinks + window;
  }

  @Override
  public Numbering numbering() {
    return Numbering.CACHE;
  }

  @Override
  public NDArray scores(CacheView view) {
    return CacheOperators.on(view.scope().getDevice())
        .recency(view.scope(), view.positions(), sinks); // (1, 1, S)
  }
}
