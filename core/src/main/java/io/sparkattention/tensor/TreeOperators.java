package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators.Result;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keys as the leaves of a balanced binary tree whose nodes hold means: a query goes down to the one
 * of two children that scores higher, and reads the leaf it comes to and the nodes it left.
 */
public final class TreeOperators {

  private static final Map<Device, TreeOperators> BY_DEVICE = new ConcurrentHashMap<>();

  /** Numbers that the leaves of some queries may take at once. */
  private static final long ENTRIES = 16L << 20;

  private final TorchScript script;

  private TreeOperators(Device device) {
    script = TorchScript.load("attention-tree.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static TreeOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), TreeOperators::new);
  }

  /**
   * Attends.
   *
   * @param query (B, H, T, D)
   * @param key (B, Hkv, S, D)
   * @param value (B, Hkv, S, C)
   * @param lengths (B), how many keys are real
   * @param leaf keys of a leaf
   * @return output (B, H, T, C) and logSumExp (B, H, T)
   */
  public Result attend(
      NDManager scope,
      NDArray query,
      NDArray key,
      NDArray value,
      NDArray lengths,
      int leaf,
      double scale) {
    long columns = Math.max(query.getShape().get(3), value.getShape().get(3));
    long row = query.getShape().get(0) * query.getShape().get(1) * leaf * columns;
    long rows = Math.max(1, ENTRIES / row);
    NDList both = script.call(scope, "attend", query, key, value, lengths, leaf, rows, scale);
    return new Result(both.get(0), both.get(1));
  }

  /**
   * Rows of the weights, those of nodes spread over the keys below them.
   *
   * @param query (B, H, rows, D)
   * @return (B, H, rows, S)
   */
  public NDArray rows(
      NDManager scope, NDArray query, NDArray key, NDArray lengths, int leaf, double scale) {
    return script.call(scope, "rows", query, key, lengths, leaf, scale).get(0);
  }
}
