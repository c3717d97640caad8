package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.stream.LongStream;

/** Places {@code from} to {@code to}, the last one excluded. */
public record Span(int from, int to) {

  public Span {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException("[" + from + ", " + to + ") is no span");
    }
  }

  /** How many places. */
  public int length() {
    return to - from;
  }

  /**
   * These rows of an array.
   *
   * @param x (B, H, rows, ...)
   * @return (B, H, length, ...) in {@code scope}
   */
  public NDArray of(NDManager scope, NDArray x) {
    return x.get(scope, new NDIndex(":, :, {}:{}", from, to));
  }

  LongStream bounds() {
    return LongStream.of(from, to);
  }
}
