package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Arrays of a device as arrays of the host. From a GPU they come through page-locked memory: DJL's
 * own way holds the GPU's driver until everything before it is done, so that no other thread can
 * start work, and knows no bfloat16.
 */
public final class Downloads {

  private static final Map<Device, Downloads> LOADED = new ConcurrentHashMap<>();

  private final TorchScript script;

  private Downloads(Device device) {
    script = TorchScript.load("downloads.torchscript", Map.of(), device);
  }

  /**
   * Waits for an array.
   *
   * @param scope on the host, owns the result
   * @return the same numbers; the array itself, now of the scope, if it lies on the host
   */
  public static NDArray of(NDManager scope, NDArray array) {
    if (!array.getDevice().isGpu()) {
      array.attach(scope);
      return array;
    }
    return LOADED
        .computeIfAbsent(array.getDevice(), Downloads::new)
        .script
        .call(scope, "download", array)
        .get(0);
  }
}
