package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Some of the heads, in any order. */
public final class HeadOperators {

  private static final Map<Device, HeadOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private HeadOperators(Device device) {
    script = TorchScript.load("attention-heads.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static HeadOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), HeadOperators::new);
  }

  /**
   * Some heads of an array.
   *
   * @param x (B, H, ...)
   * @param heads (h) int64
   * @return (B, h, ...)
   */
  public NDArray pick(NDManager scope, NDArray x, NDArray heads) {
    return script.call(scope, "pick", x, heads).get(0);
  }

  /**
   * Parts one after the other, then in an order.
   *
   * @param parts (B, h, ...) each
   * @param order (H) int64, for each head its place among the parts
   * @return (B, H, ...)
   */
  public NDArray join(NDManager scope, NDList parts, NDArray order) {
    try (TensorList list = new TensorList(parts)) {
      return script.call(scope, "join", list, order).get(0);
    }
  }
}
