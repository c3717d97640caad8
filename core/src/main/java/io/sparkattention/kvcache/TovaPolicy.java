package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.CacheOperators;

/**
 * Drops the key to which the last query gave least weight, on the mean of all heads of a layer.
 * TOVA (arXiv:2401.06104).
 */
@Described(
    summary = "Drops the key of least weight for the last query, on the mean of a layer's heads",
    source = "TOVA, arXiv:2401.06104")
public record TovaPolicy(
    @Default(value = "1024", means = "keys that stay in each head") int budget,
    @Default(value = "model", means = "how keys and values are stored: model, int8 or int4")
        CacheStorage storage)
    implements KvCachePolicy {

  public TovaPolicy {
    new OptionCheck().atLeast(1, "budget", budget).done();
  }

  @Override
  public Numbering numbering() {
    return Numbering.TEXT;
  }

  @Override
  public Evidence evidence() {
    return Evidence.lastRows(1);
  }

  @Override
  public NDArray scores(CacheView view) {
    return CacheOperators.on(view.scope().getDevice())
        .meanOfHeads(view.scope(), view.mass()); // (B, 1, S)
  }
}
