package io.sparkattention.attention;

/** The form in which a mechanism wants its keys. */
public enum KeyForm {
  /** Position encoding already applied. */
  ROTATED,
  /** Before position encoding: the mechanism numbers what it keeps and rotates itself. */
  RAW
}
