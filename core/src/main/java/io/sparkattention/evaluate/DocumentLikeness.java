package io.sparkattention.evaluate;

/** How like each of several documents each of several texts is. */
interface DocumentLikeness {

  /**
   * The likeness of one text to each document, higher for more; NaN for a document that cannot be
   * read.
   *
   * @throws RuntimeException if the text cannot be read
   */
  double[] of(int text);
}
