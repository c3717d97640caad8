package io.sparkattention.attention;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Registry;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every registered mechanism keeps the contract, with its defaults and with small options. */
class AttentionContractTest {

  static Stream<String> specs() {
    return SmallSpecs.of(Attentions.REGISTRY).stream();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void keepsTheContract(String spec) {
    assertThat(casesServed(Attentions.REGISTRY, spec, Device.cpu()))
        .as(spec + " serves some case")
        .isPositive();
  }

  /** Checks a mechanism on every case that it does not refuse; returns how many these were. */
  static int casesServed(Registry<Attention> registry, String spec, Device device) {
    Attention mechanism = registry.parse(spec);
    List<Long> served = new ArrayList<>();
    try (NDManager root = TorchEngine.newManager(device)) {
      LongStream.range(0, AttentionCase.COUNT)
          .forEach(
              seed -> {
                AttentionCase given = AttentionCase.of(seed);
                if (!mechanism.unsupportedReasons(given.shape(root)).isEmpty()) {
                  return;
                }
                try {
                  AttentionContract.check(mechanism, given, root);
                } catch (AssertionError | RuntimeException e) {
                  throw new AssertionError(spec + ", seed " + seed + ": " + given, e);
                }
                served.add(seed);
              });
    }
    return served.size();
  }
}
