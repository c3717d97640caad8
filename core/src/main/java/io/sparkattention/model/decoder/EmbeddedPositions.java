package io.sparkattention.model.decoder;

import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import java.util.List;

/** What decoders with embedded positions cannot do. */
public final class EmbeddedPositions {

  private EmbeddedPositions() {}

  /** Why such a decoder cannot read on under a policy. */
  public static List<String> unsupportedReasons(String modelType, KvCachePolicy policy) {
    return policy.numbering() == KvCachePolicy.Numbering.TEXT
        ? List.of()
        : List.of(
            "%s embeds its positions, and %s gives new tokens the number of a place in the cache,"
                    .formatted(modelType, KvCachePolicies.REGISTRY.format(policy))
                + " which stays the same once keys are dropped: use full");
  }

  /** Why a decoder that adds a bias by distance to its scores cannot read on under a policy. */
  public static List<String> unsupportedReasonsOfBias(String modelType, KvCachePolicy policy) {
    return policy.numbering() == KvCachePolicy.Numbering.CACHE || !policy.drops()
        ? List.of()
        : List.of(
            "%s adds a bias by distance to its scores, and %s drops keys from between others:"
                    .formatted(modelType, KvCachePolicies.REGISTRY.format(policy))
                + " use full or sink-window");
  }
}
