package io.sparkattention.tensor;

import java.util.Arrays;

/** Runs of neighbouring sequences of equal lengths: each is a rectangle in a packed batch. */
final class SequenceRuns {

  /** Numbers that describe one run. */
  static final int FIELDS = 5;

  private SequenceRuns() {}

  /**
   * The runs of a batch; sequences without queries are left out.
   *
   * @return for each run: first query row, first key row, number of sequences, queries and keys of
   *     each
   */
  static long[] of(int[] queryOffsets, int[] keyOffsets) {
    int batch = queryOffsets.length - 1;
    long[] runs = new long[FIELDS * batch];
    int used = 0;
    int b = 0;
    while (b < batch) {
      int queries = queryOffsets[b + 1] - queryOffsets[b];
      int keys = keyOffsets[b + 1] - keyOffsets[b];
      int end = b + 1;
      while (end < batch
          && queryOffsets[end + 1] - queryOffsets[end] == queries
          && keyOffsets[end + 1] - keyOffsets[end] == keys) {
        end++;
      }
      if (queries > 0) {
        runs[used++] = queryOffsets[b];
        runs[used++] = keyOffsets[b];
        runs[used++] = end - b;
        runs[used++] = queries;
        runs[used++] = keys;
      }
      b = end;
    }
    return Arrays.copyOf(runs, used);
  }
}
