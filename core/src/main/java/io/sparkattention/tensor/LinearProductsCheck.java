package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * Compares products with the plain ones on a small example, so that a changed operator is found.
 */
final class LinearProductsCheck {

  private static final float FLOAT_TOLERANCE = 1e-4f;
  private static final float HALF_TOLERANCE = 0.1f;

  private LinearProductsCheck() {}

  /** Whether both scripts give the same products, activated and not. */
  static boolean agree(
      TorchScript plain,
      TorchScript fused,
      LinearProducts products,
      Precision precision,
      Device device) {
    float allowed = precision == Precision.FP32 ? FLOAT_TOLERANCE : HALF_TOLERANCE;
    try (NDManager scope = TorchEngine.newManager(device)) {
      AttentionArrays arrays = AttentionArrays.on(scope);
      NDArray x = arrays.cast(scope, scope.linspace(-2, 2, 5 * 16).reshape(5, 16), precision);
      NDArray w = arrays.cast(scope, scope.linspace(-1, 1, 24 * 16).reshape(24, 16), precision);
      NDArray b = arrays.cast(scope, scope.linspace(0, 1, 24), precision);
      NDArray reordered = products.reordersWeights() ? fused.call(scope, "pack", w).get(0) : w;
      for (String method : List.of("linear", "activated")) {
        NDArray expected = plain.call(scope, method, x, w, b).get(0); // (5, 24)
        NDArray actual = fused.call(scope, method, x, reordered, b).get(0); // (5, 24)
        NDArray difference =
            arrays
                .cast(scope, actual, Precision.FP32)
                .sub(arrays.cast(scope, expected, Precision.FP32));
        if (!(difference.abs().max().getFloat() <= allowed)) {
          return false;
        }
      }
      return true;
    }
  }
}
