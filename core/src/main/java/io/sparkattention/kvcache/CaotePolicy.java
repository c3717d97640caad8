package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.CacheOperators;

/**
 * Drops the keys without which the output changes least: what another policy knows of a key as its
 * weight a, scaled so that all weights of a head add up to 1, the output o without it moves by a /
 * (1 - a) · |v - o|. What that policy keeps without weighing it stays. CAOTE (arXiv:2504.14051).
 */
@Described(
    summary = "Drops the keys without which the output changes least, by another policy's weights",
    source = "CAOTE, arXiv:2504.14051")
public record CaotePolicy(
    @Default(value = "h2o", means = "the policy that weighs keys, such as [tova:budget=512]")
        KvCachePolicy of)
    implements KvCachePolicy {

  public CaotePolicy {
    OptionCheck check = new OptionCheck();
    if (!of.evidence().isTaken()) {
      check.problem(
          "of=%s weighs no keys: use a policy that does, such as h2o, a2sf, tova or snap"
              .formatted(KvCachePolicies.REGISTRY.format(of)));
    }
    check.done();
  }

  @Override
  public int budget() {
    return of.budget();
  }

  @Override
  public Numbering numbering() {
    return of.numbering();
  }

  @Override
  public CacheStorage storage() {
    return of.storage();
  }

  @Override
  public Evidence evidence() {
    return of.evidence();
  }

  @Override
  public NDArray scores(CacheView view) {
    return CacheOperators.on(view.scope().getDevice())
        .outputErrors(
            view.scope(),
            of.scores(view),
            view.mass(),
            view.value(),
            view.lengths()); // (B, Hkv, S)
  }
}
