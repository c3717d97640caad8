package io.sparkattention.generate;

import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.decoder.GenerativeModel;

/**
 * How many texts are continued together, beams included.
 *
 * @param rows at most
 * @param bytes that all rows may occupy beside the weights; one row is continued whatever it takes
 */
public record RowLimit(int rows, long bytes) {

  /**
   * Checks that there is room for a row.
   *
   * @throws IllegalArgumentException if there is none
   */
  public RowLimit {
    if (rows < 1 || bytes < 1) {
      throw new IllegalArgumentException(
          "%d rows in %d bytes: both must be positive".formatted(rows, bytes));
    }
  }

  /** So many rows, whatever they occupy. */
  public static RowLimit of(int rows) {
    return new RowLimit(rows, Long.MAX_VALUE);
  }

  /** The same with half of the rows, at least one. */
  RowLimit halved(int tooMany) {
    return new RowLimit(Math.max(1, Math.min(rows, tooMany) / 2), bytes);
  }

  /**
   * How many texts fit, at least one.
   *
   * @param prompt tokens of the longest prompt
   * @param capacity tokens of the longest row
   * @param beams rows of each text
   */
  int fitting(GenerativeModel model, KvCachePolicy policy, int prompt, int capacity, int beams) {
    long each = Math.max(1, model.textBytes(policy, prompt, capacity, beams));
    return (int) Math.max(1, Math.min(rows / beams, bytes / each));
  }
}
