package io.sparkattention.attention;

import java.util.Arrays;

/** How the sequences of a batch lie in memory. */
public sealed interface Layout {

  /** Which of the two. */
  enum Kind {
    PADDED,
    PACKED
  }

  /** Which of the two this is. */
  Kind kind();

  /** Number of sequences, B. */
  int batch();

  /**
   * Arrays (B, heads, length, columns): every sequence takes the room of the longest.
   *
   * @param batch B
   * @param queries T
   * @param keys S
   */
  record Padded(int batch, int queries, int keys) implements Layout {
    @Override
    public Kind kind() {
      return Kind.PADDED;
    }
  }

  /**
   * Arrays (N, heads, columns): one sequence after the other, no padding.
   *
   * @param queryOffsets B + 1 cumulative lengths of the queries, from 0 to N
   * @param keyOffsets B + 1 cumulative lengths of the keys
   */
  record Packed(int[] queryOffsets, int[] keyOffsets) implements Layout {

    public Packed {
      if (queryOffsets.length != keyOffsets.length || queryOffsets.length < 2) {
        throw new IllegalArgumentException(
            "offsets of "
                + queryOffsets.length
                + " and "
                + keyOffsets.length
                + " entries: both need one more than there are sequences");
      }
    }

    /** The layout of self-attention. */
    public static Packed of(int[] offsets) {
      return new Packed(offsets, offsets);
    }

    @Override
    public Kind kind() {
      return Kind.PACKED;
    }

    @Override
    public int batch() {
      return queryOffsets.length - 1;
    }

    /** Lengths of the queries of each sequence. */
    public int[] queryLengths() {
      return lengths(queryOffsets);
    }

    /** Lengths of the keys of each sequence. */
    public int[] keyLengths() {
      return lengths(keyOffsets);
    }

    private static int[] lengths(int[] offsets) {
      int[] lengths = new int[offsets.length - 1];
      Arrays.setAll(lengths, i -> offsets[i + 1] - offsets[i]);
      return lengths;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Packed that
          && Arrays.equals(queryOffsets, that.queryOffsets)
          && Arrays.equals(keyOffsets, that.keyOffsets);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(queryOffsets) + Arrays.hashCode(keyOffsets);
    }

    @Override
    public String toString() {
      return "Packed" + Arrays.toString(queryLengths());
    }
  }
}
