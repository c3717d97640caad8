package io.sparkattention.model;

import static io.sparkattention.Tolerances.assertClose;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Activations against transformers, poolings against sentence-transformers. */
class GoldenFunctionsTest {

  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @ValueSource(strings = {"gelu", "gelu_fast", "gelu_new", "gelu_pytorch_tanh", "relu"})
  void activations(String name) {
    try (Golden golden = Golden.open("activations");
        LayerOperators operators =
            LayerOperators.load(Device.cpu(), Precision.FP32, Activation.of(name));
        NDManager scope = TorchEngine.newManager(Device.cpu())) {
      NDArray x = scope.create(golden.floats("x"));
      assertClose(
          operators.activate(scope, x).toFloatArray(), golden.floats(name), TOLERANCE, name);
    }
  }

  @ParameterizedTest
  @EnumSource(Pooling.class)
  void poolings(Pooling pooling) {
    try (Golden golden = Golden.open("pooling");
        LayerOperators operators =
            LayerOperators.load(Device.cpu(), Precision.FP32, Activation.GELU);
        NDManager scope = TorchEngine.newManager(Device.cpu())) {
      float[] padded = golden.floats("token_embeddings");
      long[] mask = golden.longs("attention_mask");
      int batch = 3;
      int length = mask.length / batch;
      int columns = padded.length / mask.length;
      int[] offsets = new int[batch + 1];
      float[] packed = new float[padded.length];
      int rows = 0;
      for (int i = 0; i < mask.length; i++) {
        if (mask[i] == 1) {
          System.arraycopy(padded, i * columns, packed, rows++ * columns, columns);
        }
        offsets[i / length + 1] = rows;
      }
      NDArray hidden =
          scope.create(Arrays.copyOf(packed, rows * columns), new Shape(rows, columns));
      PackedSequences sequences = PackedSequences.of(scope, offsets, Precision.FP32);
      String name = pooling.name().toLowerCase(Locale.ROOT);
      assertClose(
          pooling.pool(scope, hidden, sequences, operators).toFloatArray(),
          golden.floats(name),
          TOLERANCE,
          name);
    }
  }
}
