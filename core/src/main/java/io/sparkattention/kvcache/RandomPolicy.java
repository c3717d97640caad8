package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.CacheOperators;

/**
 * Keeps the last keys and any others, drawn by seed, layer, head and position: the control that
 * policies of the same budget should beat. It follows no paper.
 */
@Described(
    summary = "Keeps the last keys and random others: the control of all other policies",
    source = "control, no paper")
public record RandomPolicy(
    @Default(value = "1024", means = "keys that stay in each head") int budget,
    @Default(value = "0.5", means = "share of them that are the last keys") double recent,
    @Default(value = "0", means = "what is drawn; the same seed draws the same keys") int seed,
    @Default(value = "model", means = "how keys and values are stored: model, int8 or int4")
        CacheStorage storage)
    implements KvCachePolicy {

  public RandomPolicy {
    OptionCheck check = RecentShare.check(budget, recent);
    check.atLeast(0, "seed", seed).done();
  }

  @Override
  public Numbering numbering() {
    return Numbering.TEXT;
  }

  @Override
  public NDArray scores(CacheView view) {
    NDArray drawn =
        CacheOperators.on(view.scope().getDevice())
            .random(view.scope(), view.positions(), view.layer(), view.heads(), seed);
    return RecentShare.scores(view, drawn, RecentShare.keys(budget, recent)); // (B, Hkv, S)
  }
}
