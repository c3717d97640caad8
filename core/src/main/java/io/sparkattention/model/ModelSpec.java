package io.sparkattention.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that says which model is to run and how: small, serializable, and all that Spark
 * ships.
 *
 * @param location a directory, a URI, or a known name such as {@code minilm}
 * @param attention an attention spec, such as {@code dense} or {@code sink-window:window=256}
 * @param dtype {@code fp32}, {@code fp16} or {@code bf16}
 * @param device {@code cpu}, {@code gpu} or {@code gpu:0}
 * @param maxTokens longest sequence in one forward pass; 0 takes the model's own limit
 * @param revision a pinned revision of the location; empty where there is none
 */
public record ModelSpec(
    String location, String attention, String dtype, String device, int maxTokens, String revision)
    implements Serializable {

  /**
   * Checks that everything is said; whether it can be had shows when the model is loaded.
   *
   * @throws IllegalArgumentException with every reason
   */
  public ModelSpec {
    List<String> problems = new ArrayList<>();
    if (location == null || location.isBlank()) {
      problems.add("a model needs a location: a directory or a known name");
    }
    if (attention == null || dtype == null || device == null || revision == null) {
      problems.add(
          "attention=%s, dtype=%s, device=%s, revision=%s: none of them may be null"
              .formatted(attention, dtype, device, revision));
    }
    if (maxTokens < 0) {
      problems.add(
          "maxTokens=" + maxTokens + ": use a positive number, or 0 for the model's own limit");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** A model on the CPU in fp32 with dense attention. */
  public static ModelSpec of(String location) {
    return new ModelSpec(location, "dense", "fp32", "cpu", 0, "");
  }

  /** The same with another attention. */
  public ModelSpec withAttention(String other) {
    return new ModelSpec(location, other, dtype, device, maxTokens, revision);
  }

  /** The same in another precision. */
  public ModelSpec withDtype(String other) {
    return new ModelSpec(location, attention, other, device, maxTokens, revision);
  }

  /** The same on another device. */
  public ModelSpec withDevice(String other) {
    return new ModelSpec(location, attention, dtype, other, maxTokens, revision);
  }

  /** The same with another longest sequence; 0 takes the model's own limit. */
  public ModelSpec withMaxTokens(int other) {
    return new ModelSpec(location, attention, dtype, device, other, revision);
  }
}
