package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ActivationTest {

  @Test
  void activationsAreNamedAsInConfigFiles() {
    assertThat(Activation.of("gelu")).isEqualTo(Activation.GELU);
    assertThat(Activation.of("swish")).isEqualTo(Activation.SILU);
    assertThat(Stream.of("gelu_fast", "gelu_new", "gelu_pytorch_tanh").map(Activation::of))
        .containsOnly(Activation.GELU_TANH);
    assertThatThrownBy(() -> Activation.of("mish"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown activation 'mish': the supported ones are gelu, gelu_fast, gelu_new,"
                + " gelu_pytorch_tanh, relu, silu, swish");
  }
}
