package io.sparkattention.udfs.executor;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** How much memory is occupied on the devices that hold models. */
final class DeviceMemory {

  private static final Path PROCESS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private DeviceMemory() {}

  /** Bytes on all devices; 0 for a device that does not tell. */
  static long bytes(Set<Device> devices) {
    return devices.stream().mapToLong(device -> device.isGpu() ? gpu(device) : process()).sum();
  }

  /** By all processes that use the GPU. */
  private static long gpu(Device device) {
    try {
      return CudaUtils.getGpuMemory(device).getUsed();
    } catch (RuntimeException | LinkageError e) { // the CUDA runtime is not on the library path
      return 0;
    }
  }

  /** What this process occupies, of which Linux tells. */
  private static long process() {
    try {
      return Files.readAllLines(PROCESS).stream()
          .filter(line -> line.startsWith(RESIDENT))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .sum();
    } catch (IOException e) {
      return 0;
    }
  }
}
