package io.sparkattention.tensor;

import ai.djl.Device;

/** How one more token of each row reads the keys of its row. */
enum StepAttention {
  /** By the flash kernel, which groups query heads and reads rows of any length without a mask. */
  FLASH("step-attention-flash.torchscript"),
  /** With a mask where rows differ in length; the query heads of a group are rows. */
  PLAIN("step-attention-plain.torchscript");

  private static final int WIDEST_FLASH_HEAD = 256;

  private final String resource;

  StepAttention(String resource) {
    this.resource = resource;
  }

  /** What serves such heads best. */
  static StepAttention of(Device device, Precision precision, int headSize) {
    boolean fits = headSize % 8 == 0 && headSize <= WIDEST_FLASH_HEAD;
    return device.isGpu() && precision != Precision.FP32 && fits ? FLASH : PLAIN;
  }

  String resource() {
    return resource;
  }
}
