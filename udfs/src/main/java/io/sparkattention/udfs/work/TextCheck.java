package io.sparkattention.udfs.work;

import io.sparkattention.udfs.batch.InvalidRowException;

/** Finds texts that nothing can be computed for. */
public final class TextCheck {

  private TextCheck() {}

  /**
   * Why a text cannot be read.
   *
   * @param what what the text is called, such as {@code passage}
   * @return null if it can
   */
  public static String problem(String what, String text) {
    if (text == null) {
      return "the " + what + " is null";
    }
    return text.isBlank() ? "the " + what + " is empty" : null;
  }

  /**
   * The same text.
   *
   * @throws InvalidRowException if it cannot be read
   */
  public static String require(String what, String text) throws InvalidRowException {
    String problem = problem(what, text);
    if (problem != null) {
      throw new InvalidRowException(problem);
    }
    return text;
  }
}
