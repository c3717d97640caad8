package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Sequences that a decoder reads token by token: random queries, keys and values of every position,
 * from which the call of any step is cut.
 *
 * @param sequences which of the random sequences stand in the rows
 * @param lengths how many keys each row has in the call, the token that is read included
 */
record DecodedText(
    long seed, int heads, int keyValueHeads, int headSize, int[] sequences, int[] lengths) {

  private static final int LONGEST = 600;

  static DecodedText of(long seed, int... lengths) {
    return new DecodedText(seed, 4, 2, 16, IntStream.range(0, lengths.length).toArray(), lengths);
  }

  /** One token later. */
  DecodedText next() {
    int[] longer = Arrays.stream(lengths).map(n -> n + 1).toArray();
    return new DecodedText(seed, heads, keyValueHeads, headSize, sequences, longer);
  }

  /** Some rows, in any order. */
  DecodedText select(int... rows) {
    return new DecodedText(
        seed,
        heads,
        keyValueHeads,
        headSize,
        IntStream.of(rows).map(row -> sequences[row]).toArray(),
        IntStream.of(rows).map(row -> lengths[row]).toArray());
  }

  /** Another sequence in a row, of another length. */
  DecodedText begin(int row, int sequence, int length) {
    int[] others = sequences.clone();
    others[row] = sequence;
    int[] changed = lengths.clone();
    changed[row] = length;
    return new DecodedText(seed, heads, keyValueHeads, headSize, others, changed);
  }

  AttentionMask mask() {
    int[] ones = new int[lengths.length];
    Arrays.fill(ones, 1);
    int[] offsets = Arrays.stream(lengths).map(n -> n - 1).toArray();
    return new AttentionMask(Direction.CAUSAL, offsets, ones, lengths);
  }

  int keys() {
    return Arrays.stream(lengths).max().orElseThrow();
  }

  /** The same as a case, for the naive reference. */
  AttentionCase asCase() {
    return new AttentionCase(
        seed, heads, keyValueHeads, headSize, 1, keys(), mask(), Site.Kind.SELF, false);
  }

  /** The call of this step at a layer. */
  AttentionInput input(NDManager scope, int layer, AttentionMemory memory) {
    NDArray q = arrays(scope, 1, heads, true, layer);
    NDArray k = arrays(scope, 2, keyValueHeads, false, layer);
    NDArray v = arrays(scope, 3, keyValueHeads, false, layer);
    Site site = new Site(layer, Site.Kind.SELF, Site.Phase.DECODE);
    return AttentionInput.padded(q, k, v, mask(), site, scope).withMemory(memory);
  }

  /** (rows, heads, 1 or S, D); what is behind a row's length is garbage. */
  private NDArray arrays(NDManager scope, int what, int count, boolean last, int layer) {
    int places = last ? 1 : keys();
    float[] numbers = new float[lengths.length * count * places * headSize];
    Arrays.fill(numbers, 1e4f);
    for (int row = 0; row < lengths.length; row++) {
      for (int h = 0; h < count; h++) {
        Random random =
            new Random(Arrays.hashCode(new long[] {seed, what, sequences[row], h, layer}));
        float[] all = new float[LONGEST * headSize];
        for (int i = 0; i < all.length; i++) {
          all[i] = (float) random.nextGaussian();
        }
        int from = last ? lengths[row] - 1 : 0;
        System.arraycopy(
            all,
            from * headSize,
            numbers,
            ((row * count + h) * places) * headSize,
            (last ? 1 : lengths[row]) * headSize);
      }
    }
    return scope.create(numbers, new Shape(lengths.length, count, places, headSize));
  }
}
