package io.sparkattention.attention;

import java.util.Arrays;

/**
 * Which keys each query may read, as numbers rather than as an array: direction, true lengths, and
 * where the queries stand among the keys.
 *
 * @param direction whether keys after the query are hidden
 * @param queryOffsets for each sequence, the key position of its first query (0 without a cache)
 * @param queryLengths for each sequence, how many of the T queries are real
 * @param keyLengths for each sequence, how many of the S keys are real
 * @param breaks where the lines of the sequences end, for mechanisms that go by them; null where
 *     nobody can tell, or the sequences go on in what they said before
 */
public record AttentionMask(
    Direction direction,
    int[] queryOffsets,
    int[] queryLengths,
    int[] keyLengths,
    TextBreaks breaks) {

  public AttentionMask {
    if (queryOffsets.length != queryLengths.length || queryLengths.length != keyLengths.length) {
      throw new IllegalArgumentException(
          "offsets and lengths of "
              + queryOffsets.length
              + ", "
              + queryLengths.length
              + " and "
              + keyLengths.length
              + " sequences: give one of each per sequence");
    }
  }

  /** Sequences whose lines nobody can tell. */
  public AttentionMask(
      Direction direction, int[] queryOffsets, int[] queryLengths, int[] keyLengths) {
    this(direction, queryOffsets, queryLengths, keyLengths, null);
  }

  /** Self-attention over whole sequences. */
  public static AttentionMask self(Direction direction, int[] lengths) {
    return new AttentionMask(direction, new int[lengths.length], lengths, lengths);
  }

  /** The same where it is known where lines end. */
  public AttentionMask broken(TextBreaks at) {
    return new AttentionMask(direction, queryOffsets, queryLengths, keyLengths, at);
  }

  /** Number of sequences, B. */
  public int batch() {
    return keyLengths.length;
  }

  /** Whether query {@code t} of sequence {@code b} may read key {@code s}. */
  public boolean allows(int b, int t, int s) {
    return t < queryLengths[b]
        && s < keyLengths[b]
        && (direction == Direction.BIDIRECTIONAL || s <= queryOffsets[b] + t);
  }

  /**
   * Whether every sequence has all of {@code queries} and {@code keys}, so that nothing is padding.
   */
  public boolean full(int queries, int keys) {
    return Arrays.stream(queryLengths).allMatch(n -> n == queries)
        && Arrays.stream(keyLengths).allMatch(n -> n == keys);
  }
}
