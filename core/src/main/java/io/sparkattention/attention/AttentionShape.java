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
 * @param rotary whether heads are rotated by their positions, by the same angles in texts of every
 *     length, so that the model tells how they turn; see {@link Rotation}
 */
public record AttentionShape(
    int heads,
    int keyValueHeads,
    int headSize,
    Site.Kind kind,
    Direction direction,
    boolean positionBias,
    boolean rotary,
    Precision precision,
    Device device) {

  /** The attention of a model that does not tell how its heads turn. */
  public AttentionShape(
      int heads,
      int keyValueHeads,
      int headSize,
      Site.Kind kind,
      Direction direction,
      boolean positionBias,
      Precision precision,
      Device device) {
    this(heads, keyValueHeads, headSize, kind, direction, positionBias, false, precision, device);
  }

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
        heads, keyValueHeads, headSize, kind, direction, true, rotary, precision, device);
  }
}
