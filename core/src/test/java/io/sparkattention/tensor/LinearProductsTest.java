package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faster products take the place of the plain ones only where they exist and agree. */
class LinearProductsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "torch.mul(ops.mkldnn._linear_pointwise(x, w, b, \"none\", [], \"\"), 2)",
        "ops.mkldnn._no_such_operator(x, w, b)"
      })
  void productsThatDifferOrAreMissingAreNotUsed(String product) {
    Map<String, String> expressions =
        Map.of(
            "linear", product,
            "activated", "torch.relu(torch.linear(x, w, b))",
            "activation", "torch.relu(x)");
    LayerOperators plain = LayerOperators.plain(Device.cpu(), Precision.FP32, Activation.RELU);
    try (LayerOperators operators =
            LayerOperators.faster(
                plain,
                LinearProducts.ONEDNN,
                () -> TorchScript.load("layers.torchscript", expressions, Device.cpu()));
        NDManager scope = TorchEngine.newManager(Device.cpu())) {
      assertThat(operators.products()).isEqualTo(LinearProducts.PLAIN);
      NDArray x = scope.create(new float[] {-1, 2});
      assertThat(operators.activate(scope, x).toFloatArray()).containsExactly(0, 2);
    }
  }
}
