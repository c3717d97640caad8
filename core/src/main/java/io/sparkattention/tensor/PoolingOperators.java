package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One row for each sequence of a packed batch, from the rows of its tokens; always float32. */
public final class PoolingOperators {

  private static final Map<Device, PoolingOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private PoolingOperators(Device device) {
    script = TorchScript.load("pooling.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static PoolingOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), PoolingOperators::new);
  }

  /**
   * The sum of each sequence's rows over a divisor.
   *
   * @param x (N, columns)
   * @param divisors (B)
   * @return (B, columns) float32
   */
  public NDArray sum(NDManager scope, NDArray x, PackedSequences sequences, float[] divisors) {
    return script
        .call(scope, "sum", x, sequences.segments(scope), Uploads.of(scope, divisors))
        .get(0);
  }

  /**
   * The weighted sum of each sequence's rows over a divisor.
   *
   * @param x (N, columns)
   * @param weights (N)
   * @param divisors (B)
   * @return (B, columns) float32
   */
  public NDArray weightedSum(
      NDManager scope, NDArray x, PackedSequences sequences, float[] weights, float[] divisors) {
    return script
        .call(
            scope,
            "weighted_sum",
            x,
            sequences.segments(scope),
            Uploads.of(scope, weights),
            Uploads.of(scope, divisors))
        .get(0);
  }

  /**
   * The largest of each sequence's rows, column by column.
   *
   * @param x (N, columns)
   * @return (B, columns) float32
   */
  public NDArray max(NDManager scope, NDArray x, PackedSequences sequences) {
    return script.call(scope, "max", x, sequences.segments(scope), sequences.size()).get(0);
  }
}
