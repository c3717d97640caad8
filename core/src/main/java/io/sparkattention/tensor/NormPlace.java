package io.sparkattention.tensor;

/** Where a sublayer normalizes. */
public enum NormPlace {
  /** Its input; what it gives is added to the input as it was. */
  BEFORE,
  /** The sum of its input and what it gives. */
  AFTER,
  /** Nothing: what it gives is added to the input as it was. */
  NOWHERE
}
