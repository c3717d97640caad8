package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What mechanisms need that choose single keys for a block of neighbouring queries: what a key is
 * worth, the keys of the highest worth, and attention over them. One choice serves all query heads
 * that share a key head.
 */
public final class RetrievalOperators {

  /**
   * Where queries and keys stand.
   *
   * @param numbers (3, B) int64: position of the first query, real queries, real keys
   * @param causal whether keys after a query are hidden
   * @param full whether nothing is hidden from any query
   */
  public record Frame(NDArray numbers, boolean causal, boolean full) {}

  private static final Map<Device, RetrievalOperators> BY_DEVICE = new ConcurrentHashMap<>();
  private static final long ENTRIES_OF_CPU = 1L << 23;
  private static final long ENTRIES_OF_GPU = 1L << 27;

  private final TorchScript script;
  private final long entries;

  private RetrievalOperators(Device device) {
    script = TorchScript.load("attention-retrieval.torchscript", Map.of(), device);
    entries = device.isGpu() ? ENTRIES_OF_GPU : ENTRIES_OF_CPU;
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static RetrievalOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), RetrievalOperators::new);
  }

  /**
   * The attention that each key receives from the queries of a block, in all heads that share it.
   *
   * @param query (B, H, T, R)
   * @param key (B, Hkv, S, R)
   * @param queries the block
   * @return (B, Hkv, S) float32
   */
  public NDArray mass(
      NDManager scope, NDArray query, NDArray key, Frame frame, Span queries, double scale) {
    return script
        .call(
            scope,
            "mass",
            query,
            key,
            frame.numbers(),
            queries.from(),
            queries.length(),
            frame.causal(),
            frame.full(),
            scale,
            entries)
        .get(0);
  }

  /**
   * The keys of the highest worth, in the order of their places.
   *
   * @param mass (B, Hkv, S) float32
   * @param queries the block
   * @param k how many keys
   * @param own whether the queries' own positions are read beside them
   * @return places (B, Hkv, K) int64, and which query reads which (B, Hkv, queries or 1, K)
   */
  public NDList choose(
      NDManager scope, NDArray mass, Frame frame, Span queries, int k, boolean own) {
    return script.call(
        scope,
        "choose",
        mass,
        frame.numbers(),
        queries.from(),
        queries.length(),
        k,
        own,
        frame.causal(),
        frame.full());
  }

  /**
   * Attends to gathered keys; the query heads that share a key head are rows of one product.
   *
   * @param query (B, H, T, D)
   * @param queries which of the T
   * @param key (B, Hkv, K, D)
   * @param value (B, Hkv, K, C)
   * @param read (B, Hkv, queries or 1, K) boolean; null if all are read
   * @return output (B, H, queries, C) and logSumExp (B, H, queries)
   */
  public Result attend(
      NDManager scope,
      NDArray query,
      Span queries,
      NDArray key,
      NDArray value,
      NDArray read,
      double scale) {
    int heads = (int) query.getShape().get(1);
    int keyHeads = (int) key.getShape().get(1);
    AttentionOperators operators = AttentionOperators.on(scope.getDevice());
    try (NDManager local = scope.newSubManager()) {
      NDArray folded =
          script
              .call(local, "fold", query, keyHeads, queries.from(), queries.length())
              .get(0); // (B, Hkv, H / Hkv * queries, D)
      Result result =
          read == null
              ? operators.attend(local, folded, key, value, Visible.ALL, scale)
              : operators.attendMasked(
                  local,
                  folded,
                  key,
                  value,
                  script.call(local, "wall", read, query, heads).get(0),
                  scale);
      NDList apart =
          script.call(
              scope, "unfold", result.output(), result.logSumExp(), heads, queries.length());
      return new Result(apart.get(0), apart.get(1));
    }
  }

  /**
   * The directions in which keys differ most, those of the largest variance last: principal
   * components of each sequence and head.
   *
   * @param key (B, Hkv, S, D)
   * @param lengths (B) int64, how many keys are real
   * @return (B, Hkv, D, rank)
   */
  public NDArray basis(NDManager scope, NDArray key, NDArray lengths, int rank) {
    return script.call(scope, "basis", key, lengths, rank).get(0);
  }

  /** Heads (B, H, T, D) along the directions (B, Hkv, D, R): (B, H, T, R). */
  public NDArray turn(NDManager scope, NDArray heads, NDArray basis) {
    return script.call(scope, "turn", heads, basis).get(0);
  }

  /** Keys (B, Hkv, S, D) along the directions, with room for more: (B, Hkv, capacity, R). */
  public NDArray project(NDManager scope, NDArray key, NDArray basis, int capacity) {
    return script.call(scope, "project", key, basis, capacity).get(0);
  }

  /** Rows of one array where a sequence is fresh, of another where it is not. */
  public NDArray keep(NDManager scope, NDArray fresh, NDArray one, NDArray other) {
    return script.call(scope, "keep", fresh, one, other).get(0);
  }

  /**
   * Projects the newest keys behind those that are known, in place.
   *
   * @param low (B, Hkv, capacity, R), of {@link #project}
   * @param key (B, Hkv, S, D)
   * @param known (B) int64, how many keys of each sequence were projected before
   * @param lengths (B) int64, how many there are
   * @param more how many are new at most
   */
  public void append(
      NDArray low, NDArray key, NDArray basis, NDArray known, NDArray lengths, int more) {
    try (NDManager scope = low.getManager().newSubManager()) {
      script.call(scope, "append", low, key, basis, known, lengths, more);
    }
  }

  /** The first places of an array (B, Hkv, capacity, R). */
  public NDArray first(NDManager scope, NDArray x, int count) {
    return script.call(scope, "first", x, count).get(0);
  }
}
