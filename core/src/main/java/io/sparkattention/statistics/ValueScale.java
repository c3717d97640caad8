package io.sparkattention.statistics;

import java.io.Serializable;

/**
 * How a number is to be read.
 *
 * @param unit such as {@code nats} or {@code tokens}; {@code share} for a part of 1
 * @param lowest the lowest number there can be
 * @param highest the highest number there can be; may be infinite
 */
public record ValueScale(String unit, double lowest, double highest) implements Serializable {

  public ValueScale {
    if (!(lowest <= highest)) {
      throw new IllegalArgumentException(
          "a scale from " + lowest + " to " + highest + ": the lowest must come first");
    }
  }

  /** A part of 1. */
  public static ValueScale share() {
    return new ValueScale("share", 0, 1);
  }

  /** A number from 0 upwards. */
  public static ValueScale positive(String unit) {
    return new ValueScale(unit, 0, Double.POSITIVE_INFINITY);
  }
}
