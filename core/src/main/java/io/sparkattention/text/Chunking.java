package io.sparkattention.text;

/**
 * How texts that are longer than a model reads are cut.
 *
 * @param length the most tokens in a chunk, special tokens included
 * @param overlap how many tokens of the text neighbouring chunks have in common, at least
 */
public record Chunking(int length, int overlap) {

  /**
   * Checks that chunks advance.
   *
   * @throws IllegalArgumentException if the overlap is negative or not shorter than the chunk
   */
  public Chunking {
    if (overlap < 0 || length <= overlap) {
      throw new IllegalArgumentException(
          ("Chunks must be longer than their overlap, and that at least 0, but were given length %d"
                  + " and overlap %d")
              .formatted(length, overlap));
    }
  }
}
