package io.sparkattention.attention;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.LinformerAttention.Kind;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mechanisms that average keys read the averages that their papers say. */
class CompressedKeysTest {

  @ParameterizedTest
  @EnumSource(Kind.class)
  void linformerOfAsManyRowsAsTokensIsDense(Kind projection) {
    AttentionCase given = AttentionCase.of(9, 60);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 3);
      NaiveAttention naive = new NaiveAttention(given, input);
      naive.assertAttends(new LinformerAttention(60, projection, 0), input, naive.denseWeights());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 5, 9, 13})
  void linformersRowsAreMeansOfNeighbours(long seed) {
    int rows = 7;
    AttentionCase given = AttentionCase.of(seed, 60);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 3);
      NaiveAttention naive = new NaiveAttention(given, input);
      float[] expected = new float[given.batch() * given.heads() * given.queries() * given.keys()];
      for (int row = 0; row * given.keys() < expected.length; row++) {
        int length = given.mask().keyLengths()[row / (given.heads() * given.queries())];
        int used = Math.min(rows, length);
        int[][] parts = new int[used][];
        for (int r = 0; r < used; r++) {
          parts[r] = span((r * length + used - 1) / used, ((r + 1) * length + used - 1) / used);
        }
        put(expected, naive, given, row, parts);
      }
      naive.assertAttends(new LinformerAttention(rows, Kind.POOLING, 0), input, expected);
    }
  }

  @Test
  void linformersRandomSumsKeepProductsOnAverage() {
    AttentionCase given = AttentionCase.ofLength(3, 40, Direction.BIDIRECTIONAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput plain = given.input(root, 0);
      AttentionInput even = // all rows weigh alike, so that weights are sums of the signs
          plain.withArrays(plain.query().zerosLike(), plain.key(), plain.value(), plain.layout());
      double[] sums = new double[40];
      for (int seed = 0; seed < 60; seed++) {
        try (Attended attended = new LinformerAttention(16, Kind.RANDOM, seed).attend(even)) {
          float[] row = attended.weights(0, 1).toFloatArray();
          for (int s = 0; s < 40; s++) {
            sums[s] += row[s] * row[(s + 1) % 40];
            assertThat(Math.abs(row[s])).isLessThanOrEqualTo(0.2501f); // 16 · 1/4 · 1/16
          }
        }
      }
      assertThat(Arrays.stream(sums).map(x -> x / 60 * 256).average().orElseThrow())
          .as("correlation of neighbours' signs")
          .isBetween(-0.15, 0.15);
    }
  }

  @ParameterizedTest
  @CsvSource({"1,8,5", "2,8,5", "4,8,5", "3,20,4", "9,6,70", "10,200,16", "12,9,1"})
  void transientGlobalReadsAWindowAndMeansOfBlocks(long seed, int window, int block) {
    AttentionCase given = AttentionCase.of(seed, 150);
    boolean causal = given.mask().direction() == Direction.CAUSAL;
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 3);
      NaiveAttention naive = new NaiveAttention(given, input);
      float[] expected = new float[given.batch() * given.heads() * given.queries() * given.keys()];
      for (int row = 0; row * given.keys() < expected.length; row++) {
        int length = given.mask().keyLengths()[row / (given.heads() * given.queries())];
        int p = naive.keyPosition(row);
        IntPredicate near = s -> causal ? s <= p && p - s < window : Math.abs(p - s) <= window / 2;
        int[][] tokens =
            Arrays.stream(span(0, length))
                .filter(near)
                .mapToObj(s -> new int[] {s})
                .toArray(int[][]::new);
        int blocks = causal ? Math.min(p + 1, length) / block : (length + block - 1) / block;
        int[][] parts = Arrays.copyOf(tokens, tokens.length + Math.max(0, blocks));
        for (int i = 0; i < blocks; i++) {
          parts[tokens.length + i] = span(i * block, Math.min(length, (i + 1) * block));
        }
        put(expected, naive, given, row, parts);
      }
      naive.assertAttends(new TransientGlobalAttention(window, block), input, expected);
    }
  }

  private static int[] span(int from, int to) {
    int[] places = new int[to - from];
    Arrays.setAll(places, i -> from + i);
    return places;
  }

  /** The weights of a row that reads means of some keys: a mean's score is its keys' mean score. */
  private static void put(
      float[] weights, NaiveAttention naive, AttentionCase given, int row, int[][] parts) {
    if (!naive.seesAny(row)) {
      return;
    }
    double[] exponentials =
        Arrays.stream(parts)
            .mapToDouble(
                part ->
                    Math.exp(
                        Arrays.stream(part)
                            .mapToDouble(s -> naive.score(row, s))
                            .average()
                            .orElseThrow()))
            .toArray();
    double sum = Arrays.stream(exponentials).sum();
    for (int i = 0; i < parts.length; i++) {
      for (int s : parts[i]) {
        weights[row * given.keys() + s] += (float) (exponentials[i] / sum / parts[i].length);
      }
    }
  }

  @Test
  void probSparseOfAllQueriesIsDense() {
    for (long seed : new long[] {1, 2, 5}) {
      AttentionCase given = AttentionCase.of(seed, 60);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput input = given.input(root, 3);
        NaiveAttention naive = new NaiveAttention(given, input);
        naive.assertAttends(new ProbSparseAttention(60, 0), input, naive.denseWeights());
      }
    }
  }

  @Test
  void probSparseChoosesTheQueriesWhoseScoresStandOut() {
    int queries = 90;
    int keys = 12; // fewer than are sampled, so that the measure is exact
    AttentionMask mask =
        new AttentionMask(
            Direction.BIDIRECTIONAL, new int[1], new int[] {queries}, new int[] {keys});
    AttentionCase given =
        new AttentionCase(8, 2, 2, 8, queries, keys, mask, Site.Kind.CROSS, false);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NaiveAttention naive = new NaiveAttention(given, input);
      float[] expected = naive.denseWeights();
      for (int h = 0; h < 2; h++) {
        double[] measure = new double[queries];
        for (int t = 0; t < queries; t++) {
          int row = h * queries + t;
          double[] scores =
              Arrays.stream(span(0, keys)).mapToDouble(s -> naive.score(row, s)).toArray();
          measure[t] =
              Arrays.stream(scores).max().orElseThrow()
                  - Arrays.stream(scores).average().orElseThrow();
        }
        double[] sorted = measure.clone();
        Arrays.sort(sorted);
        for (int t = 0; t < queries; t++) {
          if (measure[t] < sorted[queries - 25]) { // 5 · ⌈ln 90⌉ attend
            int from = (h * queries + t) * keys;
            Arrays.fill(expected, from, from + keys, 1f / keys);
          }
        }
      }
      naive.assertAttends(new ProbSparseAttention(5, 0), input, expected);
    }
  }

  @Test
  void probSparsesOtherQueriesReadTheMeanOfThePast() {
    AttentionCase given = AttentionCase.ofLength(4, 200, Direction.CAUSAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu());
        Attended attended = new ProbSparseAttention(1, 0).attend(given.input(root, 0))) {
      float[] weights = attended.weights(0, 200).toFloatArray();
      int even = 0;
      for (int t = 1; t < 200; t++) {
        even += Math.abs(weights[t * 200] - 1.0 / (t + 1)) < 1e-6 ? 1 : 0;
      }
      assertThat(even).isBetween(193, 195); // all but 6, of which the first may be one
    }
  }

  @Test
  void refusesWithReasons() {
    AttentionShape decoder =
        new AttentionShape(
            4, 4, 8, Site.Kind.SELF, Direction.CAUSAL, true, Precision.FP32, Device.cpu());
    assertThat(new LinformerAttention(8, Kind.POOLING, 0).unsupportedReasons(decoder))
        .hasSize(2)
        .anySatisfy(reason -> assertThat(reason).contains("causal", "use linear-kernel"));
    assertThat(new ProbSparseAttention(5, 0).unsupportedReasons(decoder)).hasSize(1);
    assertThat(new TransientGlobalAttention(8, 4).unsupportedReasons(decoder)).hasSize(1);
  }
}
