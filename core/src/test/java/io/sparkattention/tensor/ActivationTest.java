package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ActivationTest {

  @Test
  void activationsAreNamedAsInConfigFiles() {
    assertThat(Activation.of("gelu")).isEqualTo(Activation.GELU);
    assertThat(Stream.of("gelu_fast", "gelu_new", "gelu_pytorch_tanh").map(Activation::of))
        .containsOnly(Activation.GELU_TANH);
    assertThatThrownBy(() -> Activation.of("silu"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "unknown activation 'silu': the supported ones are gelu, gelu_fast, gelu_new,"
                + " gelu_pytorch_tanh, relu");
  }
}
