package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;

/** Moments from rows of weights: right for every mechanism, at the price of forming the rows. */
final class RowMoments {
  private RowMoments() {}

  static AttentionMoments of(Attended attended, NDArray columns) {
    throw new UnsupportedOperationException();
  }
}
