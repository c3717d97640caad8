package io.sparkattention.summarize;

import io.sparkattention.text.Tokens;

/**
 * A text into which spaces were put, so that it spells no control tokens, and where its code points
 * stood before.
 *
 * @param before the place in the first text of each code point of the widened one, and of its end
 */
record WidenedText(int[] before) {

  /**
   * Finds the places.
   *
   * @param wide the text with more spaces, and nothing else
   * @throws IllegalArgumentException if it is another text
   */
  static WidenedText of(String text, String wide) {
    int[] old = text.codePoints().toArray();
    int[] all = wide.codePoints().toArray();
    int[] before = new int[all.length + 1];
    int at = 0;
    for (int i = 0; i < all.length; i++) {
      before[i] = at;
      if (at < old.length && old[at] == all[i]) {
        at++;
      } else if (all[i] != ' ') {
        throw new IllegalArgumentException("code point " + i + " is no space that was put in");
      }
    }
    before[all.length] = at;
    return new WidenedText(before);
  }

  /** Tokens of the widened text, at the places in the first one. */
  Tokens inText(Tokens tokens) {
    return new Tokens(tokens.ids(), tokens.typeIds(), old(tokens.starts()), old(tokens.ends()));
  }

  private int[] old(int[] places) {
    int[] found = new int[places.length];
    for (int i = 0; i < places.length; i++) {
      found[i] = before[places[i]];
    }
    return found;
  }
}
