package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.TorchEngine;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mechanisms with fixed patterns read the keys that their papers say, and no others. */
class FixedPatternTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 7, 9, 10, 12})
  void powerOfTwoReadsNearBlocksAndPowers(long seed) {
    AttentionCase given = AttentionCase.of(seed, 120);
    Random random = new Random(seed);
    int block = 1 + random.nextInt(9);
    int near = 1 + random.nextInt(3);
    int sinks = random.nextInt(4);
    check(
        new PowerOfTwoAttention(block, near, sinks),
        given,
        (naive, row, s) -> {
          int distance = Math.abs(naive.keyPosition(row) / block - s / block);
          return s < sinks || distance < near || Integer.bitCount(distance) == 1;
        });
  }

  @ParameterizedTest
  @CsvSource({"32,5", "64,6", "128,7"})
  void powersOfTwoReachEveryTokenBeforeInLogarithmicallyManyLayers(int tokens, int layers) {
    AttentionCase given = AttentionCase.ofLength(1, tokens, Direction.CAUSAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        Attended attended = new PowerOfTwoAttention(1, 1, 0).attend(given.input(root, 0))) {
      float[] weights = attended.weights(0, tokens).toFloatArray();
      BitSet[] direct = new BitSet[tokens];
      for (int t = 0; t < tokens; t++) {
        direct[t] = new BitSet();
        for (int s = 0; s < tokens; s++) {
          direct[t].set(s, weights[t * tokens + s] > 0);
        }
        assertThat(direct[t].cardinality()).isLessThanOrEqualTo(1 + layers);
      }
      assertThat(reached(direct, layers - 1, tokens - 1)).isLessThan(tokens);
      assertThat(reached(direct, layers, tokens - 1)).isEqualTo(tokens);
    }
  }

  /** How many tokens one sees through so many layers. */
  private static int reached(BitSet[] direct, int layers, int token) {
    BitSet seen = new BitSet();
    seen.set(token);
    for (int layer = 0; layer < layers; layer++) {
      BitSet next = new BitSet();
      seen.stream().forEach(t -> next.or(direct[t]));
      seen = next;
    }
    return seen.cardinality();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 7, 9, 10, 12})
  void blockDiagonalReadsItsBlockAndTheLastReadsAll(long seed) {
    AttentionCase given = AttentionCase.of(seed, 120);
    Random random = new Random(seed);
    int block = 1 + random.nextInt(20);
    int instruction = random.nextInt(5);
    int last = random.nextInt(3);
    check(
        new BlockDiagonalAttention(block, instruction, last),
        given,
        (naive, row, s) -> {
          int b = row / given.heads() / given.queries();
          int own = naive.keyPosition(row) / block;
          int ofLast = (given.mask().keyLengths()[b] - 1) / block;
          return s < instruction || s / block == own || own > ofLast - last;
        });
  }

  /** Lines of random lengths: a relation between blocks that are as long as they are. */
  @ParameterizedTest
  @ValueSource(longs = {2, 7, 10, 15, 18, 26})
  void blocksThatEndWithLinesReadThemselvesAndTheLastReadAll(long seed) {
    AttentionCase random = AttentionCase.of(seed, 600);
    Random lines = new Random(seed);
    int[][] breaks = new int[random.batch()][];
    for (int b = 0; b < breaks.length; b++) {
      breaks[b] =
          lines.ints(random.mask().keyLengths()[b], 0, 40).map(n -> n == 0 ? 1 : 0).toArray();
    }
    AttentionCase given =
        new AttentionCase(
            seed,
            random.heads(),
            random.keyValueHeads(),
            random.headSize(),
            random.queries(),
            random.keys(),
            random.mask().broken(b -> breaks[b]),
            random.kind(),
            random.biased());
    int block = 1 + lines.nextInt(50);
    int instruction = lines.nextInt(5);
    int last = 1 + lines.nextInt(3);
    int[][] numbers = new int[breaks.length][];
    for (int b = 0; b < breaks.length; b++) {
      numbers[b] = new int[breaks[b].length];
      int size = 1;
      for (int t = 1; t < numbers[b].length; t++, size++) {
        boolean next = breaks[b][t - 1] == 1 || size == block;
        numbers[b][t] = numbers[b][t - 1] + (next ? 1 : 0);
        size = next ? 0 : size;
      }
    }
    check(
        new BlockDiagonalAttention(BlockDiagonalAttention.Cut.LINES, block, instruction, last, 0),
        given,
        (naive, row, s) -> {
          int[] of = numbers[row / given.heads() / given.queries()];
          int own = of[naive.keyPosition(row)];
          return s < instruction || of[s] == own || own > of[of.length - 1] - last;
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 5, 8, 9, 13})
  void heposHeadsCoverEveryPositionOnce(long seed) {
    AttentionCase given = AttentionCase.of(seed, 60);
    int group = given.heads() / given.keyValueHeads();
    for (int stride : new int[] {1, 2, 5}) {
      check(
          new HeposAttention(stride),
          given,
          (naive, row, s) ->
              (s - row / given.queries() % given.heads() / group) % stride == 0
                  && s >= row / given.queries() % given.heads() / group % stride);
    }
    int stride = given.keyValueHeads();
    int lastRow = given.queries() - 1;
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        Attended attended = new HeposAttention(stride).attend(given.input(root, 0))) {
      float[] weights = attended.weights(lastRow, lastRow + 1).toFloatArray(); // (B, H, 1, S)
      int keys = given.keys();
      int real = Math.min(keys, given.mask().keyLengths()[0]);
      for (int s = 0; s < real && given.mask().queryLengths()[0] > lastRow; s++) {
        int readers = 0;
        for (int head = 0; head < given.heads(); head++) {
          readers += weights[head * keys + s] > 0 ? 1 : 0;
        }
        assertThat(readers).as("heads that read %s", s).isEqualTo(group);
      }
    }
  }

  /** With as many keys in every head, a draw leaves out what strided heads read together. */
  @Test
  void heposHeadsReadMoreTogetherThanAsManyRandomKeys() {
    int keys = 400;
    int heads = 8;
    AttentionMask mask =
        new AttentionMask(Direction.BIDIRECTIONAL, new int[1], new int[] {3}, new int[] {keys});
    AttentionCase given =
        new AttentionCase(5, heads, heads, 4, 3, keys, mask, Site.Kind.CROSS, false);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      assertThat(readByAnyHead(new HeposAttention(heads), input, heads, keys)).isEqualTo(keys);
      // each key is missed by 8 draws of 1 in 8 with a chance of (7 / 8)^8 = 0.34
      assertThat(readByAnyHead(new RandomKeysAttention(keys / heads, 1), input, heads, keys))
          .isBetween(keys / 2, keys * 4 / 5);
    }
  }

  /** How many keys the first query reads in some head. */
  private static int readByAnyHead(Attention mechanism, AttentionInput in, int heads, int keys) {
    try (Attended attended = mechanism.attend(in)) {
      float[] weights = attended.weights(0, 1).toFloatArray(); // (1, H, 1, S)
      return (int)
          IntStream.range(0, keys)
              .filter(s -> IntStream.range(0, heads).anyMatch(head -> weights[head * keys + s] > 0))
              .count();
    }
  }

  @Test
  void roomForEverythingIsDense() {
    for (long seed : new long[] {1, 2, 4}) {
      AttentionCase given = AttentionCase.of(seed, 60);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput input = given.input(root, 0);
        try (Attended dense = new DenseAttention().attend(input)) {
          for (Attention whole :
              List.of(
                  new PowerOfTwoAttention(60, 1, 0),
                  new BlockDiagonalAttention(60, 0, 0),
                  new BlockDiagonalAttention(7, 0, 60),
                  new OracleTopKAttention(60),
                  new RandomKeysAttention(60, 3))) {
            try (Attended attended = whole.attend(input)) {
              assertClose(
                  attended.output().toFloatArray(), dense.output().toFloatArray(), whole + "");
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 6, 7})
  void theOracleReadsTheHighestScoresAndTheDrawAsManyKeys(long seed) {
    AttentionCase given = AttentionCase.of(seed, 50);
    int budget = 7;
    check(
        new OracleTopKAttention(budget),
        given,
        (naive, row, s) ->
            IntStream.range(0, given.keys())
                    .filter(o -> naive.allows(row, o) && naive.score(row, o) > naive.score(row, s))
                    .count()
                < budget);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NaiveAttention naive = new NaiveAttention(given, input);
      try (Attended attended = new RandomKeysAttention(budget, 5).attend(input)) {
        float[] weights = attended.weights(0, given.queries()).toFloatArray();
        for (int row = 0; row < weights.length / given.keys(); row++) {
          int read = 0;
          int seen = 0;
          for (int s = 0; s < given.keys(); s++) {
            read += weights[row * given.keys() + s] > 0 ? 1 : 0;
            seen += naive.allows(row, s) ? 1 : 0;
          }
          assertThat(read).as("keys that row %s reads", row).isEqualTo(Math.min(budget, seen));
        }
      }
    }
  }

  @Test
  void theDrawIsEvenAndAnotherOneInEachHeadAndLayer() {
    int tokens = 400;
    AttentionCase given = AttentionCase.ofLength(3, tokens, Direction.BIDIRECTIONAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      float[] weights;
      try (Attended attended = new RandomKeysAttention(40, 1).attend(input)) {
        weights = attended.weights(0, tokens).toFloatArray(); // (1, 2, T, S)
      }
      int[] readers = new int[tokens];
      int both = 0;
      for (int t = 0; t < tokens; t++) {
        for (int s = 0; s < tokens; s++) {
          boolean first = weights[t * tokens + s] > 0;
          readers[s] += first ? 1 : 0;
          both += first && weights[(tokens + t) * tokens + s] > 0 ? 1 : 0;
        }
      }
      // 400 draws with 1 in 10: mean 40, deviation 6
      assertThat(IntStream.of(readers)).allMatch(count -> count > 10 && count < 70);
      assertThat(both / 400.0).as("keys that both heads read").isBetween(3.0, 5.0);
      AttentionInput deeper =
          new AttentionInput(
              input.query(),
              input.key(),
              input.value(),
              input.scale(),
              input.layout(),
              input.mask(),
              null,
              Site.encoder(1),
              root);
      try (Attended attended = new RandomKeysAttention(40, 1).attend(deeper)) {
        assertThat(attended.weights(0, tokens).toFloatArray()).isNotEqualTo(weights);
      }
    }
  }

  @RepeatedTest(20)
  void spansHoldTheirBlocksAndNothingElse(RepetitionInfo info) {
    Random random = new Random(info.getCurrentRepetition());
    int block = 1 + random.nextInt(6);
    int keys = 1 + random.nextInt(40);
    int first = random.nextInt(9);
    BitSet blocks = new BitSet();
    IntStream.range(0, 5).forEach(i -> blocks.set(random.nextInt(12)));
    BitSet expected = new BitSet();
    expected.set(0, first);
    blocks.stream().forEach(number -> expected.set(number * block, (number + 1) * block));
    expected.clear(keys, 100);
    if (expected.isEmpty()) {
      expected.set(0);
    }
    BitSet actual = new BitSet();
    int end = -1;
    for (Span span : PatternSelection.spans(blocks, block, first, keys)) {
      assertThat(span.from()).isGreaterThan(end);
      actual.set(span.from(), span.to());
      end = span.to();
    }
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void refusesWhatItCannotServeWithReasons() {
    AttentionShape decoder =
        new AttentionShape(
            4, 4, 8, Site.Kind.SELF, Direction.CAUSAL, true, Precision.FP32, Device.cpu());
    assertThat(new HeposAttention(4).unsupportedReasons(decoder))
        .hasSize(2)
        .allSatisfy(reason -> assertThat(reason).contains("use it in per-site:cross=hepos"));
    assertThat(Attentions.REGISTRY.parse("per-site:cross=hepos").unsupportedReasons(decoder))
        .isEmpty();
    AttentionShape cross =
        new AttentionShape(
            4, 4, 8, Site.Kind.CROSS, Direction.BIDIRECTIONAL, false, Precision.FP32, Device.cpu());
    assertThat(new PowerOfTwoAttention(1, 1, 0).unsupportedReasons(cross)).hasSize(1);
    assertThat(new BlockDiagonalAttention(1, 1, 0).unsupportedReasons(cross)).hasSize(1);
  }

  /** Whether a query's row reads a key that the mask allows. */
  private interface Rule {
    boolean reads(NaiveAttention naive, int row, int s);
  }

  private static void check(Attention mechanism, AttentionCase given, Rule rule) {
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NaiveAttention naive = new NaiveAttention(given, input);
      float[] expected =
          naive.weights((row, s) -> naive.allows(row, s) && rule.reads(naive, row, s));
      naive.assertAttends(mechanism, input, expected);
    }
  }
}
