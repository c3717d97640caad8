package io.sparkattention.tensor;

import ai.djl.Device;

/** How one more token of each row reads the keys of its row. */
enum StepAttention {
  /** By the flash kernel, which groups query heads and reads rows of any length without a mask. */
  FLASH("flash"),
  /** With a mask where rows differ in length; the query heads of a group are rows. */
  PLAIN("plain");

  private static final int WIDEST_FLASH_HEAD = 256;

  private final String name;

  StepAttention(String name) {
    this.name = name;
  }

  /** What serves such heads best. */
  static StepAttention of(Device device, Precision precision, int headSize) {
    boolean fits = headSize % 8 == 0 && headSize <= WIDEST_FLASH_HEAD;
    return device.isGpu() && precision != Precision.FP32 && fits ? FLASH : PLAIN;
  }

  /** Methods that read the cache. */
  String resource() {
    return "step-attention-%s.torchscript".formatted(name);
  }

  /** Methods that read what was encoded. */
  String crossResource() {
    return "step-cross-%s.torchscript".formatted(name);
  }
}
