package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Precision;
import java.util.Arrays;
import java.util.Random;

/**
 * Random inputs of one attention call, from a seed.
 *
 * @param queries T
 * @param keys S
 */
record AttentionCase(
    long seed,
    int heads,
    int keyValueHeads,
    int headSize,
    int queries,
    int keys,
    AttentionMask mask,
    Site.Kind kind,
    boolean biased) {

  private static final int KINDS = 8;
  static final int COUNT = 16;

  /** Case {@code seed}: its remainder chooses the kind, its random numbers the rest. */
  static AttentionCase of(long seed) {
    return of(seed, seed < KINDS ? 25 : 75);
  }

  /** The same with sequences of up to {@code longest} tokens. */
  static AttentionCase of(long seed, int longest) {
    Random random = new Random(seed);
    int keyValueHeads = 1 + random.nextInt(2);
    int heads = keyValueHeads * (1 + random.nextInt(3));
    int headSize = new int[] {4, 7, 16}[random.nextInt(3)];
    int batch = 1 + random.nextInt(3);
    int n = 2 + random.nextInt(longest - 1);
    int kind = (int) (seed % KINDS);
    int[] full = new int[batch];
    Arrays.fill(full, n);
    int[] ragged = random.ints(batch, 1, n + 1).toArray();
    ragged[0] = n;
    AttentionMask mask =
        switch (kind) {
          case 0 -> AttentionMask.self(Direction.BIDIRECTIONAL, full);
          case 1, 6 -> AttentionMask.self(Direction.BIDIRECTIONAL, ragged);
          case 2, 7 -> AttentionMask.self(Direction.CAUSAL, ragged);
          case 3 -> cached(random, full);
          case 4 -> cached(random, ragged);
          default -> cross(random, ragged);
        };
    int queries = Arrays.stream(mask.queryLengths()).max().orElseThrow();
    int keys = Arrays.stream(mask.keyLengths()).max().orElseThrow();
    Site.Kind site = kind == 5 ? Site.Kind.CROSS : Site.Kind.SELF;
    return new AttentionCase(
        seed, heads, keyValueHeads, headSize, queries, keys, mask, site, kind >= 6);
  }

  /** One bidirectional sequence of a length. */
  static AttentionCase ofLength(long seed, int length, Direction direction) {
    AttentionMask mask = AttentionMask.self(direction, new int[] {length});
    return new AttentionCase(seed, 2, 2, 8, length, length, mask, Site.Kind.SELF, false);
  }

  private static AttentionMask cached(Random random, int[] keyLengths) {
    int most = 1 + random.nextInt(3);
    int[] queryLengths = Arrays.stream(keyLengths).map(n -> Math.min(n, most)).toArray();
    int[] offsets = new int[keyLengths.length];
    Arrays.setAll(offsets, b -> keyLengths[b] - queryLengths[b]);
    return new AttentionMask(Direction.CAUSAL, offsets, queryLengths, keyLengths);
  }

  private static AttentionMask cross(Random random, int[] queryLengths) {
    int[] keyLengths = random.ints(queryLengths.length, 1, 30).toArray();
    if (keyLengths.length > 1) {
      keyLengths[keyLengths.length - 1] = 0;
    }
    int[] offsets = new int[queryLengths.length];
    return new AttentionMask(Direction.BIDIRECTIONAL, offsets, queryLengths, keyLengths);
  }

  int batch() {
    return mask.batch();
  }

  AttentionShape shape(NDManager scope) {
    return new AttentionShape(
        heads,
        keyValueHeads,
        headSize,
        kind,
        mask.direction(),
        biased,
        kind == Site.Kind.SELF,
        Precision.FP32,
        scope.getDevice());
  }

  /** The call, with padding filled with {@code garbage}. */
  AttentionInput input(NDManager scope, float garbage) {
    NDArray q = random(scope, 1, heads, queries, headSize, mask.queryLengths(), garbage);
    NDArray k = random(scope, 2, keyValueHeads, keys, headSize, mask.keyLengths(), garbage);
    NDArray v = random(scope, 3, keyValueHeads, keys, headSize, mask.keyLengths(), garbage);
    Site site = new Site(0, kind, Site.Phase.PREFILL);
    AttentionInput input = AttentionInput.padded(q, k, v, mask, site, scope);
    AttentionInput told = kind == Site.Kind.SELF ? input.withRotation(rotation()) : input;
    return biased ? told.withBias(bias()) : told;
  }

  /** How heads turn: some columns or all, in halves or in neighbours. */
  PlainRotation rotation() {
    int most = headSize / 2 * 2;
    return new PlainRotation(seed % 3 == 0 ? Math.max(2, most / 2) : most, seed % 2 == 0, 100);
  }

  /** The same call, packed. */
  AttentionInput packedInput(NDManager scope) {
    AttentionInput padded = input(scope, 0);
    Layout.Packed layout =
        new Layout.Packed(cumulative(mask.queryLengths()), cumulative(mask.keyLengths()));
    AttentionArrays arrays = AttentionArrays.on(scope);
    return padded.withArrays(
        arrays.pack(scope, padded.query(), layout.queryOffsets()),
        arrays.pack(scope, padded.key(), layout.keyOffsets()),
        arrays.pack(scope, padded.value(), layout.keyOffsets()),
        layout);
  }

  /** Other values of {@code columns} columns: (B, Hkv, S, columns). */
  NDArray values(NDManager scope, int columns) {
    return random(scope, 4, keyValueHeads, keys, columns, mask.keyLengths(), 0);
  }

  /** What is added to a score. */
  float bias(int head, int query, int key) {
    return biased ? (float) Math.sin(1.3 * head + 0.7 * query - 1.1 * key) : 0;
  }

  private PositionBias bias() {
    return (scope, queryFrom, queryTo, keyFrom, keyTo) -> {
      int rows = queryTo - queryFrom;
      int columns = keyTo - keyFrom;
      float[] numbers = new float[heads * rows * columns];
      int i = 0;
      for (int h = 0; h < heads; h++) {
        for (int t = queryFrom; t < queryTo; t++) {
          for (int s = keyFrom; s < keyTo; s++) {
            numbers[i++] = bias(h, t, s);
          }
        }
      }
      return scope.create(numbers, new Shape(1, heads, rows, columns));
    };
  }

  private NDArray random(
      NDManager scope, int what, int rows, int length, int columns, int[] lengths, float garbage) {
    Random random = new Random(31 * seed + what);
    float[] numbers = new float[batch() * rows * length * columns];
    int i = 0;
    for (int b = 0; b < batch(); b++) {
      for (int h = 0; h < rows; h++) {
        for (int t = 0; t < length; t++) {
          for (int c = 0; c < columns; c++) {
            float number = (float) random.nextGaussian();
            numbers[i++] = t < lengths[b] ? number : garbage * (c % 2 == 0 ? 1 : -1);
          }
        }
      }
    }
    return scope.create(numbers, new Shape(batch(), rows, length, columns));
  }

  private static int[] cumulative(int[] lengths) {
    int[] offsets = new int[lengths.length + 1];
    for (int b = 0; b < lengths.length; b++) {
      offsets[b + 1] = offsets[b] + lengths[b];
    }
    return offsets;
  }
}
