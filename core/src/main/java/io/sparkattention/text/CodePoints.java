package io.sparkattention.text;

/** Unicode code points of Java strings. */
final class CodePoints {

  private static final char REPLACEMENT = '\uFFFD';

  private CodePoints() {}

  /**
   * The text with every unpaired surrogate replaced by U+FFFD; the same object if there is none.
   * Native code cannot read such strings. Offsets do not change: both count as one code point.
   */
  static String wellFormed(CharSequence text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean paired =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (paired) {
        i++;
      } else {
        repaired = repaired == null ? new StringBuilder(text) : repaired;
        repaired.setCharAt(i, REPLACEMENT);
      }
    }
    return repaired == null ? text.toString() : repaired.toString();
  }

  /** The largest index up to {@code index} that does not part a surrogate pair. */
  static int floor(CharSequence text, int index) {
    boolean parts =
        index > 0
            && index < text.length()
            && Character.isLowSurrogate(text.charAt(index))
            && Character.isHighSurrogate(text.charAt(index - 1));
    return parts ? index - 1 : index;
  }
}
