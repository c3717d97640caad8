package io.sparkattention.kvcache;

import io.sparkattention.registry.Registry;
import java.util.List;

/** Specs of every registered policy that keeps so many keys at most. */
public final class PolicySpecs {

  private PolicySpecs() {}

  /** One policy of each kind that drops keys. */
  public static List<KvCachePolicy> dropping(int budget) {
    return KvCachePolicies.REGISTRY.entries().stream()
        .filter(entry -> !entry.name().equals("full"))
        .map(entry -> KvCachePolicies.REGISTRY.parse(spec(entry, budget)))
        .toList();
  }

  /** Those of which all heads keep equally many keys. */
  public static List<KvCachePolicy> even(int budget) {
    return dropping(budget).stream().filter(policy -> policy.split().isEmpty()).toList();
  }

  private static String spec(Registry.Entry<KvCachePolicy> entry, int budget) {
    List<String> options = entry.options().stream().map(Registry.Option::name).toList();
    if (options.contains("budget")) {
      String window = options.contains("window") ? ",window=" + Math.max(1, budget / 4) : "";
      return entry.name() + ":budget=" + budget + window;
    }
    return options.contains("sinks")
        ? "%s:sinks=2,window=%d".formatted(entry.name(), budget - 2)
        : entry.name() + ":of=[h2o:budget=%d]".formatted(budget);
  }
}
