package io.sparkattention.probe;

/** Watches what is attended to while texts are written. */
public interface WritingProbe extends AttentionProbe {

  /**
   * Says that the next calls are of one token each of some texts; not called where a whole text is
   * read in one call.
   *
   * @param texts which, in the order of the rows that are observed
   * @param token its place in what is written of each, from 0
   */
  default void next(int[] texts, int token) {}
}
