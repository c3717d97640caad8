package io.sparkattention.kvcache;

import io.sparkattention.registry.Registry;

/** The cache policies, by name. */
public final class KvCachePolicies {

  /** All of them; one line each. */
  public static final Registry<KvCachePolicy> REGISTRY =
      new Registry<KvCachePolicy>("kv-cache")
          .add("a2sf", A2sfPolicy.class)
          .add("caote", CaotePolicy.class)
          .add("full", FullPolicy.class)
          .add("h2o", H2oPolicy.class)
          .add("random", RandomPolicy.class)
          .add("razor", RazorPolicy.class)
          .add("sink-window", SinkWindowPolicy.class)
          .add("snap", SnapPolicy.class)
          .add("tova", TovaPolicy.class);

  private KvCachePolicies() {}
}
