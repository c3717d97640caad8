package io.sparkattention.kvcache;

import io.sparkattention.registry.Registry;

/** The cache policies, by name. */
public final class KvCachePolicies {

  /** All of them; one line each. */
  public static final Registry<KvCachePolicy> REGISTRY =
      new Registry<KvCachePolicy>("kv-cache")
          .add("full", FullPolicy.class)
          .add("sink-window", SinkWindowPolicy.class);

  private KvCachePolicies() {}
}
