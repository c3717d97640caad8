package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Plain Java arrays as arrays of a device. To a GPU they go through page-locked memory and the copy
 * does not wait for what is still running there, so that one thread prepares a batch while the GPU
 * works on another's: DJL's own way waits for the whole stream.
 */
public final class Uploads {

  private static final Map<Device, Uploads> LOADED = new ConcurrentHashMap<>();

  private final TorchScript script;
  private final NDArray like; // (1)

  private Uploads(Device device) {
    script = TorchScript.load("uploads.torchscript", Map.of(), device);
    like = TorchEngine.newManager(device).create(0f);
  }

  /** (n) int32 in the scope. */
  public static NDArray of(NDManager scope, int[] values) {
    return upload(scope, manager -> manager.create(values));
  }

  /** (n) int64 in the scope. */
  public static NDArray of(NDManager scope, long[] values) {
    return upload(scope, manager -> manager.create(values));
  }

  /**
   * Float32 in the scope.
   *
   * @param shape of the array; without one it is (n)
   */
  public static NDArray of(NDManager scope, float[] values, long... shape) {
    Shape wanted = shape.length == 0 ? new Shape(values.length) : new Shape(shape);
    return upload(scope, manager -> manager.create(values, wanted));
  }

  /** Overwrites an array of a GPU with another of the same shape. */
  static void into(NDArray target, NDArray source) {
    Uploads uploads = LOADED.computeIfAbsent(target.getDevice(), Uploads::new);
    try (NDManager scope = target.getManager().newSubManager()) {
      uploads.script.call(scope, "overwrite", target, source);
    }
  }

  private static NDArray upload(NDManager scope, Function<NDManager, NDArray> create) {
    Device device = scope.getDevice();
    if (!device.isGpu()) {
      return create.apply(scope);
    }
    Uploads uploads = LOADED.computeIfAbsent(device, Uploads::new);
    try (NDManager host = scope.newSubManager(Device.cpu())) {
      return uploads.script.call(scope, "upload", create.apply(host), uploads.like).get(0);
    }
  }
}
