package io.sparkattention.text;

import java.util.Arrays;
import java.util.List;

/**
 * Several token sequences laid end to end, with no padding between them.
 *
 * <p>Sequence {@code i} occupies {@code [offsets[i], offsets[i + 1])} of the flat arrays.
 *
 * @param ids the ids of all sequences, (N)
 * @param typeIds the type ids of all sequences, (N), or null when every one of them is 0
 * @param offsets where each sequence starts, and the end of the last: (size + 1), from 0 to N
 */
public record TokenBatch(int[] ids, int[] typeIds, int[] offsets) {

  /**
   * Checks that the offsets cover the ids in order.
   *
   * @throws IllegalArgumentException if they do not, or if the type ids are not as many as the ids
   */
  public TokenBatch {
    if (typeIds != null && typeIds.length != ids.length) {
      throw new IllegalArgumentException(
          "A batch of %d ids was given %d type ids".formatted(ids.length, typeIds.length));
    }
    if (offsets.length == 0 || offsets[0] != 0 || offsets[offsets.length - 1] != ids.length) {
      throw new IllegalArgumentException(
          "The offsets of a batch must begin with 0 and end with its %d ids, but are %s"
              .formatted(ids.length, Arrays.toString(offsets)));
    }
    for (int i = 1; i < offsets.length; i++) {
      if (offsets[i] < offsets[i - 1]) {
        throw new IllegalArgumentException(
            "The offsets of a batch must not fall, but are " + Arrays.toString(offsets));
      }
    }
  }

  /**
   * Packs the sequences in the given order.
   *
   * @throws IllegalArgumentException if they have 2^31 tokens or more
   */
  public static TokenBatch of(List<Tokens> sequences) {
    long total = sequences.stream().mapToLong(Tokens::length).sum();
    if (total > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "A batch holds at most %d tokens, but was given %d: use a smaller token budget"
              .formatted(Integer.MAX_VALUE - 8, total));
    }
    int[] ids = new int[(int) total];
    int[] typeIds = new int[(int) total];
    int[] offsets = new int[sequences.size() + 1];
    boolean typed = false;
    for (int i = 0; i < sequences.size(); i++) {
      Tokens tokens = sequences.get(i);
      System.arraycopy(tokens.ids(), 0, ids, offsets[i], tokens.length());
      System.arraycopy(tokens.typeIds(), 0, typeIds, offsets[i], tokens.length());
      offsets[i + 1] = offsets[i] + tokens.length();
      typed = typed || Arrays.stream(tokens.typeIds()).anyMatch(type -> type != 0);
    }
    return new TokenBatch(ids, typed ? typeIds : null, offsets);
  }

  /**
   * Packs sequences of ids, of type 0 all of them, in the given order.
   *
   * @throws IllegalArgumentException if they have 2^31 tokens or more
   */
  public static TokenBatch ofIds(List<int[]> sequences) {
    return of(sequences.stream().map(Tokens::ofIds).toList());
  }

  /** The place of each token in its sequence, from 0. */
  public long[] positions() {
    long[] positions = new long[tokens()];
    for (int i = 0; i < size(); i++) {
      for (int t = offsets[i]; t < offsets[i + 1]; t++) {
        positions[t] = t - offsets[i];
      }
    }
    return positions;
  }

  /** The number of sequences. */
  public int size() {
    return offsets.length - 1;
  }

  /** The number of tokens of sequence {@code index}. */
  public int length(int index) {
    return offsets[index + 1] - offsets[index];
  }

  /** The number of tokens of all sequences. */
  public int tokens() {
    return ids.length;
  }

  /** The number of tokens of the longest sequence, 0 for a batch without sequences. */
  public int longest() {
    int longest = 0;
    for (int i = 0; i < size(); i++) {
      longest = Math.max(longest, length(i));
    }
    return longest;
  }

  /** The lengths of all sequences, (size). */
  public int[] lengths() {
    int[] lengths = new int[size()];
    Arrays.setAll(lengths, this::length);
    return lengths;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenBatch that
        && Arrays.equals(ids, that.ids)
        && Arrays.equals(typeIds, that.typeIds)
        && Arrays.equals(offsets, that.offsets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids) * 31 + Arrays.hashCode(offsets);
  }

  @Override
  public String toString() {
    return "TokenBatch[%d sequences, %d tokens, longest %d]".formatted(size(), tokens(), longest());
  }
}
