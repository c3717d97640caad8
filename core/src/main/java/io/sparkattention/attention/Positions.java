package io.sparkattention.attention;

/** At which positions a mechanism reads the keys that it chose. */
public enum Positions {
  /** Where they stand in the text. */
  TEXT,
  /** Within the distances that the mechanism itself allows, however long the text is. */
  RENUMBERED
}
