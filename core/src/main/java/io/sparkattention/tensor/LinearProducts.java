package io.sparkattention.tensor;

import ai.djl.Device;

/** Ways to multiply with a weight and to activate the product, as TorchScript expressions. */
enum LinearProducts {
  /** What every libtorch has. */
  PLAIN,
  /** oneDNN: weights reordered once, the activation fused. */
  ONEDNN,
  /**
   * cuBLASLt: GELU in the product's epilogue, in its tanh form, which is at most 5e-4 from the
   * exact one: a tenth of what bfloat16 rounds away.
   */
  CUBLAS_GELU;

  private static final String LINEAR = "torch.linear(x, w, b)";
  private static final String ONEDNN_LINEAR = "ops.mkldnn._linear_pointwise(x, w, b, %s)";
  private static final String ONEDNN_NO_ACTIVATION = "\"none\", [], \"\"";
  private static final String CUBLAS_GELU_LINEAR =
      "torch._addmm_activation(b, x, torch.t(w), use_gelu=True)";

  /** The fastest that is exact enough in a precision, if this libtorch has it. */
  static LinearProducts fastest(Device device, Precision precision, Activation activation) {
    if (!device.isGpu()) {
      return precision == Precision.FP16 ? PLAIN : ONEDNN;
    }
    boolean exactEnough =
        activation == Activation.GELU_TANH && precision != Precision.FP32
            || activation == Activation.GELU && precision == Precision.BF16;
    return exactEnough ? CUBLAS_GELU : PLAIN;
  }

  /** Whether weights are reordered for these products. */
  boolean reordersWeights() {
    return this == ONEDNN;
  }

  /** The product of {@code x} and {@code w} plus {@code b}. */
  String linear() {
    return this == ONEDNN ? ONEDNN_LINEAR.formatted(ONEDNN_NO_ACTIVATION) : LINEAR;
  }

  /** The same, activated. */
  String activated(Activation activation) {
    return switch (this) {
      case PLAIN -> activation.script(LINEAR);
      case ONEDNN -> ONEDNN_LINEAR.formatted(activation.oneDnnAttributes());
      case CUBLAS_GELU -> CUBLAS_GELU_LINEAR;
    };
  }
}
