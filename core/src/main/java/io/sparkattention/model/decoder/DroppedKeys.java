package io.sparkattention.model.decoder;

import io.sparkattention.attention.Attention;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Site;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import java.util.List;
import java.util.stream.IntStream;

/** What mechanisms cannot do over a cache that drops keys. */
public final class DroppedKeys {

  private DroppedKeys() {}

  /**
   * Why a mechanism cannot read what a policy keeps: behind a dropped key, keys no longer stand at
   * the places of their tokens.
   *
   * @param layers of the decoder
   */
  public static List<String> unsupportedReasons(
      Attention attention, int layers, KvCachePolicy policy) {
    boolean counts =
        IntStream.range(0, layers)
            .mapToObj(layer -> new Site(layer, Site.Kind.SELF, Site.Phase.DECODE))
            .anyMatch(site -> attention.at(site, Direction.CAUSAL).countsTokens());
    return counts && policy.drops()
        ? List.of(
            "the mechanism goes by the places of tokens in the text, as steered, sink-scale,"
                + " block-diagonal and positions=renumbered do, and %s drops keys before others:"
                    .formatted(KvCachePolicies.REGISTRY.format(policy))
                + " use full")
        : List.of();
  }
}
