package io.sparkattention.kvcache;

import io.sparkattention.tensor.CacheSize;

/**
 * What a model's cache looks like.
 *
 * @param keyValueHeads Hkv
 * @param headSize columns of a head, D
 */
public record CacheShape(int layers, int keyValueHeads, int headSize) {

  public CacheShape {
    if (layers < 1 || keyValueHeads < 1 || headSize < 1) {
      throw new IllegalArgumentException(
          "a cache of %d layers, %d heads and %d columns: all must be positive"
              .formatted(layers, keyValueHeads, headSize));
    }
  }

  /** The same with other heads, at least one. */
  public CacheShape withHeads(int heads) {
    return new CacheShape(layers, Math.max(1, heads), headSize);
  }

  /** Numbers of one token. */
  public long numbersPerToken() {
    return 2L * layers * keyValueHeads * headSize;
  }

  /**
   * Bytes of one token and all that a policy notes of it.
   *
   * @param ofNumber bytes of a number in the precision of the model
   */
  public long bytesPerToken(KvCachePolicy policy, int ofNumber) {
    long notes = KeyNotes.areTaken(policy) ? KeyNotes.columns(policy.evidence()) : 0;
    return bytesPerToken(policy.storage(), ofNumber) + notes * Float.BYTES * layers * keyValueHeads;
  }

  /**
   * Bytes of the keys and values of one token.
   *
   * @param ofNumber bytes of a number in the precision of the model
   */
  long bytesPerToken(CacheStorage storage, int ofNumber) {
    return switch (storage) {
      case MODEL -> ofNumber * numbersPerToken();
      case INT8 -> numbersPerToken() + Float.BYTES * numbersPerToken() / headSize;
      case INT4 ->
          numbersPerToken() / headSize * ((headSize + 1) / 2 + 4L * CacheSize.groups(headSize));
    };
  }
}
