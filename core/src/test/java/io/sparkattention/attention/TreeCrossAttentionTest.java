package io.sparkattention.attention;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.tensor.TorchEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tree cross attention against its description, and where its way down leads. */
class TreeCrossAttentionTest {

  /** Score of the mean of keys with the logarithm of their number. */
  private static double mass(NaiveAttention naive, int row, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int s = from; s < to; s++) {
      if (naive.allows(row, s)) {
        sum += naive.score(row, s);
        count++;
      }
    }
    return count == 0 ? Double.NEGATIVE_INFINITY : sum / count + Math.log(count);
  }

  private static float[] expected(AttentionCase given, NaiveAttention naive, int leaf) {
    int keys = given.keys();
    float[] weights = new float[given.batch() * given.heads() * given.queries() * keys];
    for (int row = 0; row < weights.length / keys; row++) {
      double[] masses = new double[keys];
      int size = leaf;
      while (size < keys) {
        size *= 2;
      }
      int from = 0;
      while (size > leaf) {
        size /= 2;
        double left = mass(naive, row, from, Math.min(keys, from + size));
        double right =
            mass(naive, row, Math.min(keys, from + size), Math.min(keys, from + 2 * size));
        int other = right > left ? from : from + size;
        from = right > left ? from + size : from;
        int count = 0;
        for (int s = other; s < Math.min(keys, other + size); s++) {
          count += naive.allows(row, s) ? 1 : 0;
        }
        for (int s = other; s < Math.min(keys, other + size); s++) {
          masses[s] = naive.allows(row, s) ? Math.exp(Math.min(left, right)) / count : 0;
        }
      }
      for (int s = from; s < Math.min(keys, from + leaf); s++) {
        masses[s] = naive.allows(row, s) ? Math.exp(naive.score(row, s)) : 0;
      }
      double total = 0;
      for (double mass : masses) {
        total += mass;
      }
      for (int s = 0; s < keys; s++) {
        weights[row * keys + s] = (float) (total == 0 ? 0 : masses[s] / total);
      }
    }
    return weights;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 5, 8, 9, 13})
  void goesDownToOneLeafAndReadsTheMeansBesideItsWay(long seed) {
    AttentionCase given = AttentionCase.of(seed, 70);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(root, 30);
      NaiveAttention naive = new NaiveAttention(given, input);
      for (int leaf : new int[] {1, 3, 8}) {
        naive.assertAttends(new TreeCrossAttention(leaf), input, expected(given, naive, leaf));
      }
      naive.assertAttends(new TreeCrossAttention(given.keys()), input, naive.denseWeights());
    }
  }

  @ParameterizedTest
  @CsvSource({"64,1", "1024,16", "4096,32"})
  void findsAKeyThatStandsOutWhereverItLies(int tokens, int leaf) {
    AttentionMask mask =
        new AttentionMask(Direction.BIDIRECTIONAL, new int[1], new int[] {1}, new int[] {tokens});
    AttentionCase given = new AttentionCase(11, 1, 1, 16, 1, tokens, mask, Site.Kind.CROSS, false);
    for (int depth = 0; depth < 10; depth++) {
      int needle = Math.min(tokens - 1, tokens * depth / 9);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        AttentionInput random = given.input(root, 0);
        NDArray key = random.key().mul(0);
        NDArray asking = random.query().get(new NDIndex(":, :, 0"));
        NDArray unit = asking.div(asking.square().sum(new int[] {2}, true));
        key.set(new NDIndex(":, :, {}", needle), unit.mul(20 / random.scale()));
        AttentionInput input =
            random.withArrays(random.query(), key, random.value(), random.layout());
        try (Attended attended = new TreeCrossAttention(leaf).attend(input)) {
          float[] weights = attended.weights(0, 1).toFloatArray();
          assertThat(weights[needle]).as("key %s of %s", needle, tokens).isGreaterThan(0.9f);
        }
      }
    }
  }

  @Test
  void refusesCausalQueriesWithAWayOut() {
    AttentionCase given = AttentionCase.of(2);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      assertThat(new TreeCrossAttention(4).unsupportedReasons(given.shape(root)))
          .singleElement()
          .asString()
          .contains("per-site:cross=tree-cross");
    }
  }
}
