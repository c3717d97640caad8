package io.sparkattention.udfs.batch;

import java.io.Serializable;

/**
 * How far a partition is read ahead. Longer windows sort better into batches of equal length; what
 * they hold is on the heap.
 *
 * @param rows most rows in a window
 * @param characters a window is full once it holds this many; one longer row still fits
 */
public record WindowLimits(int rows, long characters) implements Serializable {

  /** At most 4,096 rows, and full at 8 million characters. */
  public static final WindowLimits DEFAULT = new WindowLimits(4_096, 8_000_000);

  public WindowLimits {
    if (rows < 1 || characters < 1) {
      throw new IllegalArgumentException(
          "a window of "
              + rows
              + " rows and "
              + characters
              + " characters: use at least 1 of each");
    }
  }
}
