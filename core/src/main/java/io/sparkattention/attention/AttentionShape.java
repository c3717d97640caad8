package io.sparkattention.attention;

import ai.djl.Device;
import io.sparkattention.tensor.Precision;

/**
 * What can be said of a model's attention before there is any input.
 *
 * @param heads query heads H
 * @param keyValueHeads key and value heads Hkv; divides H
 * @param headSize columns of a head, D
 * @param positionBias whether the model adds a bias of its own to the scores (T5 buckets, ALiBi)
 */
public record AttentionShape(
    int heads,
    int keyValueHeads,
    int headSize,
    Site.Kind kind,
    Direction direction,
    boolean positionBias,
    Precision precision,
    Device device) {

  public AttentionShape {
    if (heads < 1 || keyValueHeads < 1 || headSize < 1 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "heads="
              + heads
              + ", keyValueHeads="
              + keyValueHeads
              + ", headSize="
              + headSize
              + ": all must be positive and keyValueHeads must divide heads");
    }
  }

  /** The same where a bias is added to the scores. */
  AttentionShape withPositionBias() {
    return new AttentionShape(
        heads, keyValueHeads, headSize, kind, direction, true, precision, device);
  }
}
