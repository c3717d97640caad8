package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchScriptTest {

  @Test
  void scriptsRefuseWhatTheyCannotTake() {
    try (TorchScript script =
            LayerOperators.script(Device.cpu(), LinearProducts.ONEDNN, Activation.RELU);
        NDManager scope = TorchEngine.newManager(Device.cpu())) {
      assertThatThrownBy(() -> script.call(scope, "activate", "text"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("cannot be passed to a script: text");
      assertThatThrownBy(() -> script.call(scope, "activate", (Object) null))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(NativeArrays.count(scope)).isZero();
    }
    assertThatThrownBy(() -> TorchScript.load("no-such.torchscript", Map.of(), Device.cpu()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no-such.torchscript");
  }
}
