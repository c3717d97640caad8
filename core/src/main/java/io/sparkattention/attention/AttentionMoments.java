package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;

/**
 * Sums over a matrix of weights w(t, s), from one pass over it.
 *
 * @param entropy minus the sum over s of w log w, in nats: (B, H, T) float32
 * @param mix the sum over s of w(t, s) · columns(s): (B, H, T, C) float32
 * @param pastMix the same over s not after t only (s ≤ query offset + t): (B, H, T, C) float32
 * @param received the sum over the real queries t of w(t, s): (B, H, S) float32
 */
public record AttentionMoments(NDArray entropy, NDArray mix, NDArray pastMix, NDArray received)
    implements AutoCloseable {

  /**
   * Computes the moments of a padded call from blocks of {@link Attended#weights}, for any
   * mechanism.
   */
  public static AttentionMoments ofRows(AttentionInput input, Attended attended, NDArray columns) {
    return RowMoments.of(input, attended, columns);
  }

  @Override
  public void close() {
    entropy.close();
    mix.close();
    pastMix.close();
    received.close();
  }
}
