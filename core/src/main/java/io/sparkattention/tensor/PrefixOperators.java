package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators.Result;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keys that sequences have in common, read by all their queries in one product. */
public final class PrefixOperators {

  private static final Map<Device, PrefixOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private PrefixOperators(Device device) {
    script =
        TorchScript.load(
            List.of("attention-merge.torchscript", "attention-prefix.torchscript"),
            Map.of(),
            device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static PrefixOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), PrefixOperators::new);
  }

  /**
   * How many first keys and values are the same in all sequences; waits for the device.
   *
   * @param key (B, Hkv, S, D)
   * @param value (B, Hkv, S, C)
   * @param most how many are compared
   */
  public int shared(NDManager scope, NDArray key, NDArray value, int most) {
    try (NDManager local = scope.newSubManager()) { // owns what DJL copies in order to read
      return (int) script.call(local, "shared", key, value, most).get(0).toLongArray()[0];
    }
  }

  /** The first rows of the first sequence: (1, Hkv, prefix, C) of (B, Hkv, S, C). */
  public NDArray first(NDManager scope, NDArray x, int prefix) {
    return script.call(scope, "first", x, prefix).get(0);
  }

  /** Queries of all sequences and of the heads that share a key head, (1, Hkv, rows, D). */
  public NDArray rows(NDManager scope, NDArray query, int keyValueHeads) {
    return script.call(scope, "rows", query, keyValueHeads).get(0);
  }

  /**
   * Both parts of the keys in one result.
   *
   * @param prefix output (1, Hkv, rows, C) and logSumExp (1, Hkv, rows) of {@link #rows}
   * @param rest output (B, H, T, C) and logSumExp (B, H, T)
   */
  public Result merged(NDManager scope, Result prefix, Result rest) {
    NDList both =
        script.call(
            scope, "merged", prefix.output(), prefix.logSumExp(), rest.output(), rest.logSumExp());
    return new Result(both.get(0), both.get(1));
  }
}
