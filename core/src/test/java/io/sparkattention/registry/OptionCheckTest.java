package io.sparkattention.registry;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OptionCheckTest {

  @Test
  void passesOptionsThatAreLargeEnough() {
    assertThatCode(() -> new OptionCheck().atLeast(1, "window", 1).atLeast(0, "sinks", 3).done())
        .doesNotThrowAnyException();
  }

  @Test
  void throwsEveryProblemInTheOrderOfTheChecks() {
    OptionCheck check = new OptionCheck().atLeast(1, "window", 0).atLeast(0, "sinks", -2);
    check.problem("sparsity=3 must divide block=8");
    assertThatThrownBy(check::done)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "window=0 must be 1 or more; sinks=-2 must be 0 or more; sparsity=3 must divide"
                + " block=8");
  }
}
