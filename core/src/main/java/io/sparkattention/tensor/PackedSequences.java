package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;

/**
 * Where the sequences of a packed batch begin and end, in the forms that operators take: runs of
 * equally long neighbours for the CPU, cumulative lengths on the device for variable-length flash
 * attention.
 */
public final class PackedSequences {

  private final int[] offsets;
  private final long[] runs;
  private final int longest;
  private final NDArray offsetsOnDevice;

  private PackedSequences(int[] offsets, NDArray offsetsOnDevice) {
    this.offsets = offsets;
    this.runs = SequenceRuns.of(offsets, offsets);
    this.longest = longestOf(offsets);
    this.offsetsOnDevice = offsetsOnDevice;
  }

  /**
   * The sequences of one forward pass.
   *
   * @param offsets B + 1 cumulative lengths
   * @param precision fp16 and bf16 use flash attention on a GPU, which fp32 has none of
   */
  public static PackedSequences of(NDManager scope, int[] offsets, Precision precision) {
    boolean flash = scope.getDevice().isGpu() && precision != Precision.FP32;
    return new PackedSequences(offsets, flash ? Uploads.of(scope, offsets) : null);
  }

  /** Number of sequences. */
  public int size() {
    return offsets.length - 1;
  }

  /** Tokens of the longest sequence. */
  public int longest() {
    return longest;
  }

  /** B + 1 cumulative lengths. */
  public int[] offsets() {
    return offsets;
  }

  /** For each sequence, the row of its first token, in {@code scope}: (B) int64. */
  public NDArray firstRows(NDManager scope) {
    return Uploads.of(scope, Arrays.stream(offsets, 0, size()).asLongStream().toArray());
  }

  /** For each sequence, the row of its last token, in {@code scope}: (B) int64. */
  public NDArray lastRows(NDManager scope) {
    return Uploads.of(
        scope, Arrays.stream(offsets, 1, size() + 1).mapToLong(end -> end - 1L).toArray());
  }

  /** Neighbours of equal lengths, as {@link SequenceRuns} describes them. */
  long[] runs() {
    return runs;
  }

  /** (B + 1) int32 on the device where flash attention is to be used, otherwise null. */
  NDArray offsetsOnDevice() {
    return offsetsOnDevice;
  }

  /** For each token, the number of its sequence: (N) int64. */
  NDArray segments(NDManager scope) {
    long[] segments = new long[offsets[size()]];
    for (int i = 0; i < size(); i++) {
      Arrays.fill(segments, offsets[i], offsets[i + 1], i);
    }
    return Uploads.of(scope, segments);
  }

  /** The sequences that are left when each loses some of its first tokens. */
  public PackedSequences without(NDManager scope, int[] first) {
    int[] shorter = new int[offsets.length];
    for (int i = 0; i < size(); i++) {
      shorter[i + 1] = shorter[i] + length(i) - first[i];
    }
    return new PackedSequences(
        shorter, offsetsOnDevice == null ? null : Uploads.of(scope, shorter));
  }

  /** Tokens of one sequence. */
  public int length(int sequence) {
    return offsets[sequence + 1] - offsets[sequence];
  }

  /** Tokens of the longest of some sequences, from their cumulative lengths. */
  static int longestOf(int[] offsets) {
    int longest = 0;
    for (int i = 1; i < offsets.length; i++) {
      longest = Math.max(longest, offsets[i] - offsets[i - 1]);
    }
    return longest;
  }
}
