package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.tensor.TorchEngine;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that sequences share are read once, and the result is that of dense attention. */
class SharedPrefixAttentionTest {

  private static final SharedPrefixAttention MECHANISM = new SharedPrefixAttention(1000, 2);

  /** A call in which sequences have begun alike, so many tokens long. */
  private static AttentionInput begunAlike(
      NDManager scope, AttentionCase given, int prefix, Site.Phase phase) {
    AttentionInput in = given.input(scope, 0);
    NDArray key = in.key().duplicate();
    NDArray value = in.value().duplicate();
    NDIndex first = new NDIndex(":, :, :{}", prefix);
    key.set(first, in.key().get(new NDIndex("0:1, :, :{}", prefix)));
    value.set(first, in.value().get(new NDIndex("0:1, :, :{}", prefix)));
    return new AttentionInput(
        in.query(),
        key,
        value,
        in.scale(),
        in.layout(),
        in.mask(),
        null,
        new Site(0, Site.Kind.SELF, phase),
        scope);
  }

  private static AttentionCase cached(long seed, int prefix, Direction direction) {
    Random random = new Random(seed);
    int queries = 1 + random.nextInt(3);
    int[] offsets = random.ints(3, prefix, prefix + 20).toArray();
    int[] queryLengths = {queries, 1, queries};
    int[] keyLengths = new int[3];
    int longest = 0;
    for (int b = 0; b < 3; b++) {
      keyLengths[b] = offsets[b] + queryLengths[b];
      longest = Math.max(longest, keyLengths[b]);
    }
    AttentionMask mask = new AttentionMask(direction, offsets, queryLengths, keyLengths);
    return new AttentionCase(seed, 6, 2, 8, queries, longest, mask, Site.Kind.SELF, false);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void sharedKeysChangeNothing(long seed) {
    int prefix = 2 + (int) seed * 7;
    Direction direction = seed % 2 == 0 ? Direction.CAUSAL : Direction.BIDIRECTIONAL;
    AttentionCase given = cached(seed, prefix, direction);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput in = begunAlike(root, given, prefix, Site.Phase.PREFILL);
      assertThat(MECHANISM.shared(in)).isEqualTo(prefix);
      assertThat(new SharedPrefixAttention(5, 2).shared(in)).isEqualTo(Math.min(5, prefix));
      NDArray values = given.values(root, 3);
      try (Attended attended = MECHANISM.attend(in);
          Attended dense = new EagerAttention().attend(in)) {
        assertClose(attended.output().toFloatArray(), dense.output().toFloatArray(), "output");
        assertClose(
            attended.logSumExp().toFloatArray(), dense.logSumExp().toFloatArray(), "logSumExp");
        assertClose(
            attended.mix(values).toFloatArray(), dense.mix(values).toFloatArray(), "values apart");
        assertClose(
            attended.weights(0, given.queries()).toFloatArray(),
            dense.weights(0, given.queries()).toFloatArray(),
            "weights");
      }
    }
  }

  @Test
  void sharesNoKeysThatDifferOrThatQueriesMayNotSee() {
    AttentionCase given = cached(3, 10, Direction.CAUSAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput in = begunAlike(root, given, 10, Site.Phase.PREFILL);
      NDArray value = in.value().duplicate();
      value.set(new NDIndex("1, 0, 6, 2"), 7);
      assertThat(MECHANISM.shared(in.withArrays(in.query(), in.key(), value, in.layout())))
          .isEqualTo(6);
      assertThat(new SharedPrefixAttention(1000, 11).shared(in)).isZero();
    }
    AttentionCase whole = AttentionCase.of(2, 40); // causal, from its first token on
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      assertThat(MECHANISM.shared(begunAlike(root, whole, 1, Site.Phase.PREFILL))).isZero();
    }
  }

  @Test
  void comparesAgainWhereACacheHasDroppedKeysOrARowBeginsAnew() {
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionMemory memory = new AttentionMemory(root);
      assertThat(sharedAt(root, memory, 20, 12)).isEqualTo(12);
      // one token later: what was found holds, whatever these other keys would say
      assertThat(sharedAt(root, memory, 21, 3)).isEqualTo(12);
      memory.select(new int[] {1, 1});
      assertThat(sharedAt(root, memory, 22, 3)).isEqualTo(12);
      assertThat(sharedAt(root, memory, 22, 3)).as("nothing grew").isEqualTo(3);
      assertThat(sharedAt(root, memory, 23, 9)).isEqualTo(3);
      memory.clear(0);
      assertThat(sharedAt(root, memory, 24, 9)).isEqualTo(9);
    }
  }

  private static int sharedAt(NDManager root, AttentionMemory memory, int keys, int prefix) {
    int[] offsets = {keys - 1, keys - 1};
    AttentionMask mask =
        new AttentionMask(Direction.CAUSAL, offsets, new int[] {1, 1}, new int[] {keys, keys});
    AttentionCase given = new AttentionCase(5, 2, 2, 4, 1, keys, mask, Site.Kind.SELF, false);
    AttentionInput in = begunAlike(root, given, prefix, Site.Phase.DECODE);
    return MECHANISM.shared(in.withMemory(memory));
  }
}
