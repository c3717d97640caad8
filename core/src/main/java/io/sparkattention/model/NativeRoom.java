package io.sparkattention.model;

/**
 * How much memory outside the heap a process may take before something kills it.
 *
 * @param bytes for everything: libraries, weights, forward passes
 * @param forwards how many forward passes run at a time
 * @param remedy what to raise where it is too small, such as {@code spark.executor.memoryOverhead}
 */
public record NativeRoom(long bytes, int forwards, String remedy) {

  /**
   * Checks that there is any.
   *
   * @throws IllegalArgumentException if there is none, or no forward pass
   */
  public NativeRoom {
    if (bytes < 1 || forwards < 1) {
      throw new IllegalArgumentException(
          bytes + " bytes for " + forwards + " forward passes: both must be positive");
    }
  }
}
