package io.sparkattention.udfs.batch;

/** A row that cannot be read; its message becomes the row's error. */
public final class InvalidRowException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong with the row
   */
  public InvalidRowException(String message) {
    super(message, null, false, false);
  }
}
