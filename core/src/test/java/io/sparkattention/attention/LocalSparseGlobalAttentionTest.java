package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.SparseOperators.Thinning;
import io.sparkattention.tensor.TorchEngine;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Local-sparse-global attention against its description, written as a matrix of who reads whom. */
class LocalSparseGlobalAttentionTest {

  @ParameterizedTest
  @EnumSource(Thinning.class)
  void readsNeighboursThinnedBlocksAndGlobals(Thinning mode) {
    LocalSparseGlobalAttention[] mechanisms = {
      new LocalSparseGlobalAttention(8, 4, mode, 1),
      new LocalSparseGlobalAttention(16, 2, mode, 3),
      new LocalSparseGlobalAttention(4, 4, mode, 0),
    };
    for (LocalSparseGlobalAttention mechanism : mechanisms) {
      for (long seed : new long[] {0, 1, 8, 9, 17, 25}) {
        check(mechanism, AttentionCase.of(seed, 200));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Thinning.class)
  void isDenseWhereTheTextIsNoLongerThanTheBlock(Thinning mode) {
    AttentionCase given = AttentionCase.ofLength(1, 128, Direction.BIDIRECTIONAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      try (Attended attended = new LocalSparseGlobalAttention(128, 4, mode, 1).attend(input);
          Attended dense = new DenseAttention().attend(input)) {
        assertClose(attended.output().toFloatArray(), dense.output().toFloatArray(), "" + mode);
      }
    }
  }

  @Test
  void saysEveryReasonWhyItCannotServe() {
    AttentionShape decoder =
        new AttentionShape(
            4, 4, 8, Site.Kind.CROSS, Direction.CAUSAL, true, Precision.FP32, Device.cpu());
    assertThat(new LocalSparseGlobalAttention(128, 4, Thinning.NORM, 1).unsupportedReasons(decoder))
        .hasSize(3)
        .anySatisfy(reason -> assertThat(reason).contains("cross attention"))
        .anySatisfy(reason -> assertThat(reason).contains("causal", "use sink-window"))
        .anySatisfy(reason -> assertThat(reason).contains("position bias"));
  }

  private static void check(LocalSparseGlobalAttention mechanism, AttentionCase given) {
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 0);
      NaiveAttention naive = new NaiveAttention(given, input);
      float[] key = input.key().toFloatArray();
      int rows = given.batch() * given.heads();
      boolean[][] kept = new boolean[rows][];
      for (int row = 0; row < rows; row++) {
        kept[row] = kept(mechanism, given, key, row);
      }
      float[] expected =
          naive.weights(
              (row, s) -> {
                int t = row % given.queries();
                int distance = Math.abs(t / mechanism.block() - s / mechanism.block());
                boolean thinned =
                    distance <= 1 + mechanism.sparsity() && kept[row / given.queries()][s];
                return naive.allows(row, s)
                    && (t < mechanism.globals()
                        || s < mechanism.globals()
                        || distance <= 1
                        || thinned);
              });
      naive.assertAttends(mechanism, input, expected);
    }
  }

  /** Which keys one head of one sequence keeps when it thins its blocks. */
  private static boolean[] kept(
      LocalSparseGlobalAttention mechanism, AttentionCase given, float[] key, int row) {
    int head = row % given.heads() / (given.heads() / given.keyValueHeads());
    int keyRow = row / given.heads() * given.keyValueHeads() + head;
    int each = mechanism.block() / mechanism.sparsity();
    int shift = head % mechanism.sparsity();
    boolean[] kept = new boolean[given.keys()];
    int length = given.mask().keyLengths()[row / given.heads()];
    for (int start = 0; start < length; start += mechanism.block()) {
      int first = start;
      int end = Math.min(length, start + mechanism.block());
      switch (mechanism.mode()) {
        case NORM ->
            IntStream.range(start, end)
                .boxed()
                .sorted(
                    Comparator.comparingDouble(
                        s -> -norm(key, keyRow * given.keys() + s, given.headSize())))
                .limit(each)
                .forEach(s -> kept[s] = true);
        case STRIDE ->
            IntStream.range(start, end)
                .filter(s -> (s - first) % mechanism.sparsity() == shift)
                .forEach(s -> kept[s] = true);
        case BLOCK_STRIDE ->
            IntStream.range(start, end)
                .filter(s -> (s - first) / each == shift)
                .forEach(s -> kept[s] = true);
        default -> throw new AssertionError(mechanism.mode());
      }
    }
    return kept;
  }

  private static double norm(float[] key, int row, int columns) {
    double sum = 0;
    for (int c = 0; c < columns; c++) {
      sum += (double) key[row * columns + c] * key[row * columns + c];
    }
    return Math.sqrt(sum);
  }
}
