package io.sparkattention.attention;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Some neighbouring layers of a model, counted from 0: {@code 3}, {@code 0-3} or, to the last one,
 * {@code 4-}.
 *
 * @param from the first layer
 * @param to the last layer; {@link Integer#MAX_VALUE} where all further layers are meant
 */
record LayerRange(int from, int to) {

  private static final Pattern TEXT = Pattern.compile("(\\d{1,6})(-(\\d{1,6})?)?");

  /**
   * Reads a range.
   *
   * @throws IllegalArgumentException if the text is none
   */
  static LayerRange parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' names no layers: write 3, 0-3 or, to the last layer, 4-");
    }
    int from = Integer.parseInt(matcher.group(1));
    int to = from;
    if (matcher.group(2) != null) {
      to = matcher.group(3) == null ? Integer.MAX_VALUE : Integer.parseInt(matcher.group(3));
    }
    if (to < from) {
      throw new IllegalArgumentException(
          "'" + text + "' ends before it begins: write the lower layer first");
    }
    return new LayerRange(from, to);
  }

  boolean contains(int layer) {
    return from <= layer && layer <= to;
  }

  @Override
  public String toString() {
    return from == to ? "" + from : from + "-" + (to == Integer.MAX_VALUE ? "" : to);
  }
}
