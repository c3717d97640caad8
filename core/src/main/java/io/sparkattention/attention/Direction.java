package io.sparkattention.attention;

/** Whether a query may read the keys after it. */
public enum Direction {
  BIDIRECTIONAL,
  CAUSAL
}
