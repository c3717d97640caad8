package io.sparkattention.attention;

/** Where the lines of some texts end, as their tokens tell. */
@FunctionalInterface
public interface TextBreaks {

  /**
   * How many line breaks stand behind each token of a text before it goes on: 0 within a line and
   * where more breaks follow, 1 at the end of a line, more before empty lines.
   *
   * @param text its place in the batch
   * @return one number a token
   */
  int[] of(int text);
}
