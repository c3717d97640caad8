package io.sparkattention.tensor;

import ai.djl.Device;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

  private static final Map<Precision, LinearProducts> OF_DECODERS = new ConcurrentHashMap<>();
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

  /** Those that serve products without an activation best, checked once for each precision. */
  static LinearProducts ofDecoders(Device device, Precision precision) {
    if (device.isGpu() || precision == Precision.FP16) {
      return PLAIN;
    }
    return OF_DECODERS.computeIfAbsent(
        precision,
        each -> {
          try (LayerOperators checked = LayerOperators.load(device, each, Activation.RELU)) {
            return checked.products();
          }
        });
  }

  /** What comes out of a product with {@code w}, added to {@code to}; without a bias in place. */
  String added(String to, String from, String w, String bias) {
    if (this == ONEDNN) {
      return "ops.mkldnn._linear_pointwise(%s, %s, %s, %s, \"add\")".formatted(from, to, w, bias);
    }
    return bias.equals("None")
        ? "torch.addmm_(%s, %s, torch.t(%s))".formatted(to, from, w)
        : "torch.add_(%s, torch.linear(%s, %s, %s))".formatted(to, from, w, bias);
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
