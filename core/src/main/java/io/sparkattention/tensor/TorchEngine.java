package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;

/** The PyTorch engine, always named: another engine on the class path must not be picked up. */
public final class TorchEngine {

  /** DJL's name of the engine. */
  public static final String NAME = "PyTorch";

  private TorchEngine() {}

  /** The engine; loads its native libraries on the first call. */
  public static Engine engine() {
    return Engine.getEngine(NAME);
  }

  /** A new manager for what lives as long as a model does. */
  public static NDManager newManager(Device device) {
    return NDManager.newBaseManager(device, NAME);
  }

  /**
   * The device of a name.
   *
   * @param name {@code cpu}, {@code gpu} (the first) or {@code gpu:1}
   * @throws IllegalArgumentException if there is no such device on this machine
   */
  public static Device device(String name) {
    if (name.equals("cpu")) {
      return Device.cpu();
    }
    if (!name.matches("gpu(:\\d+)?")) {
      throw new IllegalArgumentException("unknown device '" + name + "': use cpu, gpu or gpu:0");
    }
    int index = name.contains(":") ? Integer.parseInt(name.substring(4)) : 0;
    int count = engine().getGpuCount();
    if (index >= count) {
      throw new IllegalArgumentException(
          "device "
              + name
              + " was asked for, but PyTorch sees "
              + (count == 0 ? "no GPU" : count + " GPU(s), numbered from 0")
              + ": use cpu, or install the CUDA libraries (see docs/gpu.md)");
    }
    return Device.gpu(index);
  }
}
