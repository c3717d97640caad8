package io.sparkattention.tensor;

import java.util.Locale;

/**
 * The number format of weights and activations. Sums that must not lose digits (log-sum-exp,
 * pooling, scores) are float32 in every precision.
 */
public enum Precision {
  FP32(6),
  FP16(5),
  BF16(15);

  private final int scalarType;

  Precision(int scalarType) {
    this.scalarType = scalarType;
  }

  /** The number of the format in libtorch's {@code ScalarType}. */
  int scalarType() {
    return scalarType;
  }

  /** Bytes of a number. */
  public int bytes() {
    return this == FP32 ? Float.BYTES : Short.BYTES;
  }

  /** How the command line spells it. */
  public String spelling() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The precision of a name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static Precision of(String name) {
    for (Precision each : values()) {
      if (each.spelling().equals(name)) {
        return each;
      }
    }
    throw new IllegalArgumentException("unknown dtype '" + name + "': use fp32, fp16 or bf16");
  }
}
