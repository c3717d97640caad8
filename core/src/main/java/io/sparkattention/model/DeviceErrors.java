package io.sparkattention.model;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import java.util.List;
import java.util.Locale;

/** Tells apart what an engine says when a device has no room, and when it has failed for good. */
public final class DeviceErrors {

  /** What libtorch says on a GPU, in cuBLAS, and on a CPU. */
  private static final List<String> OUT_OF_MEMORY =
      List.of("out of memory", "cublas_status_alloc_failed", "can't allocate memory");

  /** What CUDA and its libraries say when nothing can run on the device any more. */
  private static final List<String> FATAL =
      List.of("cuda error", "cublas_status", "cudnn_status", "device-side assert");

  private DeviceErrors() {}

  /** Whether there was too little room; something smaller may fit. */
  public static boolean isOutOfMemory(EngineException e) {
    return says(e, OUT_OF_MEMORY);
  }

  /** Whether nothing can run on the device any more. */
  public static boolean isFatal(EngineException e) {
    return !isOutOfMemory(e) && says(e, FATAL);
  }

  /**
   * The error that ends this process.
   *
   * @param read what the device was given
   */
  public static DeviceFailedError failed(String device, String read, EngineException e) {
    return new DeviceFailedError(
        device + " failed while it read " + read + ": " + e.getMessage(), e);
  }

  /** A device as the command line spells it. */
  public static String name(Device device) {
    return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
  }

  private static boolean says(EngineException e, List<String> words) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return words.stream().anyMatch(message::contains);
  }
}
