package io.sparkattention.model.decoder;

import io.sparkattention.kvcache.CacheShape;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.tensor.Precision;

/** What the parts of a row occupy while a text is continued. */
public final class RowBytes {

  /** Logits, their logarithms, what processors make of them, and a copy. */
  private static final int SCORES = 4;

  private RowBytes() {}

  /** Its keys and values, of no more tokens than the policy takes places for. */
  public static long ofCache(
      CacheShape shape, KvCachePolicy policy, Precision precision, int capacity) {
    return (long) policy.places(capacity) * shape.bytesPerToken(policy, precision.bytes());
  }

  /**
   * Activations while its prompt is read. A layer holds its input, query, key, value, the attended
   * values, and the intermediate columns before and after their activation function, and a quarter
   * more.
   */
  public static long ofReading(long hidden, long intermediate, Precision precision, int prompt) {
    return prompt * (5 * hidden + 2 * intermediate) * precision.bytes() * 5 / 4;
  }

  /** Scores of all tokens. */
  public static long ofScores(long vocabulary) {
    return SCORES * vocabulary * Float.BYTES;
  }
}
