package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;

/**
 * Keeps the last keys and of those before them the ones that received most attention lately: the
 * weights of a query count less with each query after it, so that early keys lose the head start
 * that plain sums give them. A2SF (arXiv:2407.20485); with {@code forgetting=1} it is {@link
 * H2oPolicy}.
 */
@Described(
    summary = "Keeps the last keys and those of most attention lately, older attention fading",
    source = "A2SF, arXiv:2407.20485")
public record A2sfPolicy(
    @Default(value = "1024", means = "keys that stay in each head") int budget,
    @Default(value = "0.5", means = "share of them that are the last keys") double recent,
    @Default(
            value = "0.9",
            means = "what the weights of a query are multiplied with for each query after it")
        double forgetting,
    @Default(value = "model", means = "how keys and values are stored: model, int8 or int4")
        CacheStorage storage)
    implements KvCachePolicy {

  public A2sfPolicy {
    OptionCheck check = RecentShare.check(budget, recent);
    if (!(forgetting > 0 && forgetting <= 1)) {
      check.problem("forgetting=%s must be above 0 and at most 1".formatted(forgetting));
    }
    check.done();
  }

  @Override
  public Numbering numbering() {
    return Numbering.TEXT;
  }

  @Override
  public Evidence evidence() {
    return Evidence.columnMass(forgetting);
  }

  @Override
  public NDArray scores(CacheView view) {
    return RecentShare.scores(view, view.mass(), RecentShare.keys(budget, recent));
  }
}
