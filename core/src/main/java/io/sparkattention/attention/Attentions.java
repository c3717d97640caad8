package io.sparkattention.attention;

import io.sparkattention.registry.Registry;

/** The attention mechanisms, by name. */
public final class Attentions {

  /** All of them; one line each. */
  public static final Registry<Attention> REGISTRY = new Registry<Attention>("attention");

  private Attentions() {}
}
