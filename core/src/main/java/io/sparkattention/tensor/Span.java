package io.sparkattention.tensor;

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
}
