package io.sparkattention.tensor;

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

  LongStream bounds() {
    return LongStream.of(from, to);
  }
}
