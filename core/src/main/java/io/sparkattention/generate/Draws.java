package io.sparkattention.generate;

/**
 * The numbers that tokens are drawn by: each follows from the seed, the prompt and the step alone,
 * whatever else is in the batch. Bits are mixed by the finalizer of SplitMix64 (Steele, Lea and
 * Flood, "Fast splittable pseudorandom number generators", 2014).
 */
final class Draws {

  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private Draws() {}

  /**
   * The key of all draws after a prompt.
   *
   * @param prompt what the model reads; of an encoder-decoder the source
   */
  static long key(long seed, int[] prompt) {
    long key = mix(seed + GAMMA);
    for (int token : prompt) {
      key = mix((key ^ token) + GAMMA);
    }
    return mix(key + prompt.length);
  }

  /**
   * A number in [0, 1).
   *
   * @param step tokens that were drawn before
   */
  static float uniform(long key, int step) {
    long bits = mix(key + GAMMA * (step + 1L));
    return (float) ((bits >>> 40) / (double) (1 << 24));
  }

  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
