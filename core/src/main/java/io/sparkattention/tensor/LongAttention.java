package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionOperators.Result;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * cuDNN's attention, which is up to twice as fast as the flash kernel of libtorch (FlashAttention,
 * arXiv:2205.14135) but plans some 60 ms for every shape that it has not seen: for long texts.
 */
final class LongAttention {

  private static final Logger LOG = LoggerFactory.getLogger(LongAttention.class);
  private static final Map<Device, Optional<LongAttention>> BY_DEVICE = new ConcurrentHashMap<>();

  /** Tokens from which a plan is paid by a dozen layers. */
  private static final int LONG = 32_768;

  private static final int WIDEST_HEAD = 128;

  private final TorchScript script;

  private LongAttention(Device device) {
    script = TorchScript.load("attention-cudnn.torchscript", Map.of(), device);
  }

  /** Whether a call is long enough: (B, H, T, D), (B, Hkv, T, D) and (B, Hkv, T, D). */
  static boolean serves(NDArray query, NDArray key, NDArray value) {
    long width = query.getShape().get(3);
    return query.getDataType() != DataType.FLOAT32
        && query.getShape().get(2) >= LONG
        && query.getShape().get(2) == key.getShape().get(2)
        && width == value.getShape().get(3)
        && width % 8 == 0
        && width <= WIDEST_HEAD;
  }

  /** The operator of a GPU, where its libtorch has one that attends as it should. */
  static Optional<LongAttention> on(Device device) {
    return BY_DEVICE.computeIfAbsent(device, LongAttention::checked);
  }

  private static Optional<LongAttention> checked(Device device) {
    try {
      LongAttention cudnn = new LongAttention(device);
      cudnn.check(device);
      return Optional.of(cudnn);
    } catch (RuntimeException e) {
      LOG.warn("cuDNN cannot attend here ({}): long texts are read more slowly", e.getMessage());
      return Optional.empty();
    }
  }

  Result attend(
      NDManager scope, NDArray query, NDArray key, NDArray value, boolean causal, double scale) {
    NDList both = script.call(scope, "attend_all", query, key, value, causal, scale);
    return new Result(both.get(0), both.get(1));
  }

  /** Compares with the array API. */
  private void check(Device device) {
    try (NDManager scope = TorchEngine.newManager(device)) {
      AttentionArrays arrays = AttentionArrays.on(scope);
      NDArray numbers = scope.arange(3f * 4 * 64 * 16).mul(0.7f).sin();
      NDArray qkv = numbers.reshape(new Shape(3, 1, 4, 64, 16)); // query, key, value
      NDArray half = arrays.cast(scope, qkv, Precision.FP16);
      for (AttentionOperators.Visible visible : AttentionOperators.Visible.values()) {
        boolean causal = visible == AttentionOperators.Visible.PAST;
        Result found = attend(scope, half.get(0), half.get(1), half.get(2), causal, 0.25);
        Result expected =
            AttentionOperators.reference()
                .attend(scope, qkv.get(0), qkv.get(1), qkv.get(2), visible, 0.25);
        close(arrays, scope, found.output(), expected.output());
        close(arrays, scope, found.logSumExp(), expected.logSumExp());
      }
    }
  }

  private static void close(
      AttentionArrays arrays, NDManager scope, NDArray found, NDArray expected) {
    NDArray difference = arrays.cast(scope, found, Precision.FP32).sub(expected).abs();
    float most = difference.max().getFloat();
    if (!(most < 0.02)) {
      throw new IllegalStateException("its results differ by " + most);
    }
  }
}
