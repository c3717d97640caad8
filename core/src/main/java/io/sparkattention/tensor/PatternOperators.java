package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which keys are read in patterns that do not follow the content, and the controls of others. */
public final class PatternOperators {

  private static final Map<Device, PatternOperators> BY_DEVICE = new ConcurrentHashMap<>();

  /**
   * Some queries against some keys.
   *
   * @param queryOffsets for each sequence, the key position of its first query
   * @param keyLengths for each sequence, how many keys are real
   */
  public record Block(int[] queryOffsets, int[] keyLengths, Span queries, List<Span> keys) {

    private long[] bounds() {
      return keys.stream().flatMapToLong(Span::bounds).toArray();
    }
  }

  private final TorchScript script;

  private PatternOperators(Device device) {
    script = TorchScript.load("attention-patterns.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static PatternOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), PatternOperators::new);
  }

  /**
   * Whether keys lie in a block that is a power of two away from the query's or less than {@code
   * near} away, or among the first.
   *
   * @return (B, 1, queries, K) boolean
   */
  public NDArray powers(NDManager scope, Block asked, int block, int near, int sinks) {
    try (NDArray offsets = Uploads.of(scope, asked.queryOffsets());
        NDArray lengths = Uploads.of(scope, asked.keyLengths())) {
      return script
          .call(
              scope,
              "powers",
              offsets,
              lengths,
              asked.queries().from(),
              asked.queries().length(),
              asked.bounds(),
              block,
              near,
              sinks)
          .get(0);
    }
  }

  /**
   * Whether keys lie in the query's block or among the first, or the query in one of the last
   * blocks; what is behind a text belongs to its last block.
   *
   * @param texts for each sequence, how long its text is
   * @return (B, 1, queries, K) boolean
   */
  public NDArray diagonal(
      NDManager scope, Block asked, int[] texts, int block, int instruction, int last) {
    try (NDArray offsets = Uploads.of(scope, asked.queryOffsets());
        NDArray lengths = Uploads.of(scope, asked.keyLengths());
        NDArray ends = Uploads.of(scope, texts)) {
      return script
          .call(
              scope,
              "diagonal",
              offsets,
              lengths,
              ends,
              asked.queries().from(),
              asked.queries().length(),
              asked.bounds(),
              block,
              instruction,
              last)
          .get(0);
    }
  }

  /**
   * Whether keys lie in the query's block or among the first, or the query in one of the last
   * blocks, where blocks are as long as they are.
   *
   * @param numbers for each sequence, the block of each of its S tokens; -1 for the last blocks
   * @return (B, 1, queries, K) boolean
   */
  public NDArray relation(NDManager scope, Block asked, int[][] numbers, int instruction) {
    int[] all = Arrays.stream(numbers).flatMapToInt(Arrays::stream).toArray();
    try (NDArray offsets = Uploads.of(scope, asked.queryOffsets());
        NDArray lengths = Uploads.of(scope, asked.keyLengths());
        NDArray blocks = Uploads.of(scope, all)) {
      return script
          .call(
              scope,
              "relation",
              offsets,
              lengths,
              blocks,
              asked.queries().from(),
              asked.queries().length(),
              asked.bounds(),
              instruction)
          .get(0);
    }
  }

  /**
   * Every so many places, from another one on for each head.
   *
   * @return places (B, Hkv, K) int64, and whether they are read (B, Hkv, 1, K)
   */
  public NDList strided(NDManager scope, int[] keyLengths, int heads, int keys, int stride) {
    try (NDArray lengths = Uploads.of(scope, keyLengths)) {
      return script.call(scope, "strided", lengths, heads, keys, stride);
    }
  }

  /** A mask that hides nothing: (1, 1, 1, S) in the precision of another array. */
  public NDArray open(NDManager scope, NDArray like, int keys) {
    return script.call(scope, "open", like, keys).get(0);
  }

  /**
   * Leaves of a mask the keys with the highest scores of each query.
   *
   * @param query (B, H, rows, D)
   * @param key (B, Hkv, S, D)
   * @param mask (B or 1, H or 1, rows or 1, S) additive
   * @return (B, H, rows, S) additive
   */
  public NDArray topScores(
      NDManager scope, NDArray query, NDArray key, NDArray mask, int count, double scale) {
    return script.call(scope, "top_scores", query, key, mask, count, scale).get(0);
  }

  /**
   * Leaves of a mask some keys of each query, drawn from the seed and the places of head, query and
   * key.
   *
   * @param queryOffsets for each sequence, the key position of its first query
   * @param mask (B or 1, H or 1, rows or 1, S) additive
   * @return (B, H, rows, S) additive
   */
  public NDArray topNoise(
      NDManager scope,
      int[] queryOffsets,
      NDArray mask,
      Span queries,
      int heads,
      int count,
      long seed) {
    try (NDArray offsets = Uploads.of(scope, queryOffsets)) {
      return script
          .call(
              scope,
              "top_noise",
              offsets,
              mask,
              queries.from(),
              queries.length(),
              heads,
              count,
              seed)
          .get(0);
    }
  }
}
