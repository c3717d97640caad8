package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.LinearOperators.Reach;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What attention of a few active queries needs beside the fused operators. */
public final class QueryOperators {

  private static final Map<Device, QueryOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private QueryOperators(Device device) {
    script = TorchScript.load("attention-queries.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static QueryOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), QueryOperators::new);
  }

  /**
   * How far the highest score of every query is above its mean score, over a sample of the keys
   * that it may read.
   *
   * @param query (B, H, T, D)
   * @param key (B, Hkv, S, D)
   * @param queryLengths (B) int32
   * @param drawn (B) int64, how many keys are sampled; all if there are no more
   * @param most the largest of these
   * @return (B, H, T) float32; 1e30 where no sampled key may be read, -1e30 for padding
   */
  public NDArray activity(
      NDManager scope,
      NDArray query,
      NDArray key,
      NDArray queryLengths,
      Reach reach,
      NDArray drawn,
      int most,
      long seed) {
    return script
        .call(
            scope,
            "activity",
            query,
            key,
            reach.offsets(),
            queryLengths,
            reach.lengths(),
            drawn,
            most,
            seed,
            reach.causal())
        .get(0);
  }

  /**
   * The queries of the highest measure.
   *
   * @param measure (B, H, T)
   * @param asked (B) int64, how many
   * @param most the largest of these, at most T
   * @return (B, H, most) int64; T where a sequence has fewer
   */
  public NDArray active(NDManager scope, NDArray measure, NDArray asked, int most) {
    return script.call(scope, "active", measure, asked, most).get(0);
  }

  /** Rows of some queries: (B, H, N, D) of (B, H, T, D); the last one for places beyond it. */
  public NDArray rows(NDManager scope, NDArray query, NDArray index) {
    return script.call(scope, "rows", query, index).get(0);
  }

  /**
   * What hides keys from some queries.
   *
   * @param like gives the precision
   * @param index (B, H, N)
   * @return (B, 1 or H, 1 or N, S)
   */
  public NDArray mask(NDManager scope, NDArray like, NDArray index, Reach reach, int keys) {
    return script
        .call(scope, "mask", like, index, reach.offsets(), reach.lengths(), keys, reach.causal())
        .get(0);
  }

  /**
   * The results of some queries, and for the others the mean of the values that they may read with
   * the logarithm of their number.
   *
   * @param query (B, H, T, D)
   * @param value (B, Hkv, S, C)
   * @param index (B, H, N)
   * @param some output (B, H, N, C) and logSumExp (B, H, N)
   * @return output (B, H, T, C) and logSumExp (B, H, T)
   */
  public Result replaced(
      NDManager scope, NDArray query, NDArray value, NDArray index, Result some, Reach reach) {
    NDList both =
        script.call(
            scope,
            "replaced",
            query,
            value,
            index,
            some.output(),
            some.logSumExp(),
            reach.offsets(),
            reach.lengths(),
            reach.causal());
    return new Result(both.get(0), both.get(1));
  }

  /**
   * Rows of the matrix that {@link #replaced} implies.
   *
   * @param weights of the active queries (B, H, N, S) float32
   * @return (B, H, rows, S)
   */
  public NDArray replacedRows(
      NDManager scope, NDArray query, NDArray index, NDArray weights, Reach reach, Span rows) {
    return script
        .call(
            scope,
            "lazy_rows",
            query,
            index,
            weights,
            reach.offsets(),
            reach.lengths(),
            rows.from(),
            rows.length(),
            reach.causal())
        .get(0);
  }
}
