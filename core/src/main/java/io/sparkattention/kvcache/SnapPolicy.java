package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;

/**
 * Keeps the end of a prompt and those keys before it to which the queries there gave most weight,
 * averaged over neighbours so that keys stay in clusters; then all new keys, for which keys of the
 * prompt go first. SnapKV (arXiv:2404.14469).
 */
@Described(
    summary = "Keeps the keys of a prompt that its last queries attend to, and all new ones",
    source = "SnapKV, arXiv:2404.14469")
public record SnapPolicy(
    @Default(value = "1024", means = "keys that stay in each head") int budget,
    @Default(value = "32", means = "last tokens of a prompt, which choose and stay") int window,
    @Default(value = "5", means = "neighbouring keys that weights are averaged over; odd")
        int kernel,
    @Default(value = "model", means = "how keys and values are stored: model, int8 or int4")
        CacheStorage storage)
    implements KvCachePolicy {

  public SnapPolicy {
    OptionCheck check =
        new OptionCheck()
            .atLeast(1, "budget", budget)
            .atLeast(1, "window", window)
            .atLeast(1, "kernel", kernel);
    if (window > budget) {
      check.problem("window=%d must be at most budget=%d".formatted(window, budget));
    }
    if (kernel % 2 == 0) {
      check.problem("kernel=%d must be odd".formatted(kernel));
    }
    check.done();
  }

  @Override
  public Numbering numbering() {
    return Numbering.TEXT;
  }

  @Override
  public Evidence evidence() {
    return Evidence.promptRows(window, kernel);
  }

  @Override
  public NDArray scores(CacheView view) {
    return RecentShare.scores(view, view.mass(), window);
  }
}
