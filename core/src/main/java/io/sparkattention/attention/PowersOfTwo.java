package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionOperators.Result;
import java.util.Arrays;
import java.util.BitSet;

/**
 * {@link PowerOfTwoAttention} of whole texts: all heads gather the same blocks, many blocks of
 * queries at once, and no mask is needed.
 */
final class PowersOfTwo {

  private PowersOfTwo() {}

  /** Whether blocks of queries read whole blocks of keys alone. */
  static boolean serves(PowerOfTwoAttention mechanism, AttentionInput in) {
    AttentionMask mask = in.mask();
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    return in.bias() == null
        && queries == keys
        && mask.full(queries, keys)
        && queries > mechanism.block()
        && mechanism.sinks() % mechanism.block() == 0
        && Arrays.stream(mask.queryOffsets()).allMatch(offset -> offset == 0);
  }

  /**
   * Attends.
   *
   * @param values (B, Hkv, T, C)
   * @return output (B, H, T, C) and logSumExp (B, H, T), in the scope of the call
   */
  static Result attend(PowerOfTwoAttention mechanism, AttentionInput in, NDArray values) {
    try (NDManager local = in.scope().newSubManager()) {
      NDArray ids = ids(mechanism, in, local);
      return new GatheredAttention(ChosenBlocks.of(in, local, mechanism.block(), ids))
          .attend(values);
    }
  }

  /** What each block of queries reads beside its own positions where the future is hidden. */
  private static NDArray ids(PowerOfTwoAttention mechanism, AttentionInput in, NDManager scope) {
    int block = mechanism.block();
    int count = (int) ((in.query().getShape().get(2) + block - 1) / block);
    boolean causal = in.mask().direction() == Direction.CAUSAL;
    long[][] chosen = new long[count][];
    for (int own = 0; own < count; own++) {
      BitSet read = mechanism.blocks(own, own, count - 1, in.mask().direction());
      read.set(0, Math.min(count, mechanism.sinks() / block));
      chosen[own] = (causal ? read.get(0, own) : read).stream().asLongStream().toArray();
    }
    int most = Math.max(1, Arrays.stream(chosen).mapToInt(each -> each.length).max().orElse(1));
    long[] numbers = new long[count * most];
    Arrays.fill(numbers, count); // nothing
    for (int own = 0; own < count; own++) {
      System.arraycopy(chosen[own], 0, numbers, own * most, chosen[own].length);
    }
    return scope
        .create(numbers, new Shape(1, 1, count, most))
        .broadcast(in.mask().batch(), in.keyValueHeads(), count, most); // (B, Hkv, n, m)
  }
}
