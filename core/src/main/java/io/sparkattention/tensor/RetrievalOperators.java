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
   * The same without keys: queries are brought to where the hidden states are that the keys were
   * projected from. Unlimiformer (arXiv:2305.01625).
   *
   * @param hidden (B, S, M)
   * @param weight (Hkv, D, M)
   * @return (B, Hkv, S) float32
   */
  public NDArray mass(
      NDManager scope,
      NDArray query,
      NDArray hidden,
      NDArray weight,
      Frame frame,
      Span queries,
      double scale) {
    return script
        .call(
            scope,
            "searched",
            query,
            hidden,
            weight,
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
   * Queries by the key heads they share, scaled; brought to where hidden states are if a projection
   * is given.
   *
   * @param query (B, H, T, D)
   * @param weight (Hkv, D, M); null for none
   * @return (B, Hkv, H / Hkv, T, D or M)
   */
  public NDArray asked(NDManager scope, NDArray query, NDArray weight, int keyHeads, double scale) {
    return weight == null
        ? script.call(scope, "grouped", query, keyHeads, scale).get(0)
        : script.call(scope, "asked", query, weight, scale).get(0);
  }

  /**
   * The keys of the highest worth, in the order of their places.
   *
   * @param mass (B, Hkv, S) float32
   * @param queries the block
   * @param k how many keys
   * @param own whether the queries' own positions are chosen beside them
   * @return places (B, Hkv, K) int64, those of no key beyond all of them; {@link #reads} tells
   *     which are read
   */
  public NDArray choose(
      NDManager scope, NDArray mass, Frame frame, Span queries, int k, boolean own) {
    return script
        .call(
            scope,
            "choose",
            mass,
            frame.numbers(),
            queries.from(),
            queries.length(),
            k,
            own,
            frame.causal(),
            frame.full())
        .get(0);
  }

  /**
   * What a block of queries reads of some places.
   *
   * @param places (B, Hkv, K), of {@link #choose}
   * @param keys S
   * @return places within the keys, and which query reads which (B, Hkv, queries or 1, K)
   */
  public NDList reads(NDManager scope, NDArray places, Frame frame, Span queries, int keys) {
    return script.call(
        scope,
        "reads",
        places,
        frame.numbers(),
        queries.from(),
        queries.length(),
        frame.causal(),
        keys);
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
   * Places to be read again in later steps.
   *
   * @param places (B, Hkv, K), of {@link #choose}
   * @param lengths (B) int64
   * @param k how many places to keep room for
   * @return (B, Hkv, k); places that hold nothing are beyond every key
   */
  public NDArray remember(NDManager scope, NDArray places, NDArray lengths, int k) {
    return script.call(scope, "remember", places, lengths, k).get(0);
  }

  /** Places (B, Hkv, k) of one array where a sequence is fresh, of another where it is not. */
  public NDArray keepPlaces(NDManager scope, NDArray fresh, NDArray one, NDArray other) {
    return script.call(scope, "keep_index", fresh, one, other).get(0);
  }

  /**
   * Remembered places and the keys that came since.
   *
   * @param known (B) int64, how many keys there were when the places were chosen
   * @param more how many keys came since, at most
   * @param keys S
   * @return places (B, Hkv, k + more), and whether they are read (B, Hkv, 1, k + more)
   */
  public NDList recall(
      NDManager scope, NDArray places, NDArray known, NDArray lengths, int more, int keys) {
    return script.call(scope, "recall", places, known, lengths, more, keys);
  }

  /**
   * The same among all keys, where some sequences read every one.
   *
   * @param all (B) boolean, which sequences do
   * @return (B, Hkv, 1, S) boolean
   */
  public NDArray recallAmongAll(
      NDManager scope, NDArray places, NDArray known, NDArray lengths, NDArray all, int keys) {
    return script.call(scope, "recall_all", places, known, lengths, all, keys).get(0);
  }
}
