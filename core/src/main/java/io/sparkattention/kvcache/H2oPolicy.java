package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;

/**
 * Keeps the last keys and of those before them the heavy hitters, whose attention weights summed
 * over all queries so far are largest. H2O (arXiv:2306.14048).
 */
@Described(
    summary = "Keeps the last keys and those that received most attention of all queries",
    source = "H2O, arXiv:2306.14048")
public record H2oPolicy(
    @Default(value = "1024", means = "keys that stay in each head") int budget,
    @Default(value = "0.5", means = "share of them that are the last keys") double recent,
    @Default(value = "model", means = "how keys and values are stored: model, int8 or int4")
        CacheStorage storage)
    implements KvCachePolicy {

  public H2oPolicy {
    RecentShare.check(budget, recent).done();
  }

  @Override
  public Numbering numbering() {
    return Numbering.TEXT;
  }

  @Override
  public Evidence evidence() {
    return Evidence.columnMass(1);
  }

  @Override
  public NDArray scores(CacheView view) {
    return RecentShare.scores(view, view.mass(), RecentShare.keys(budget, recent));
  }
}
