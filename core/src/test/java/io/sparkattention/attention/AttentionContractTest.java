package io.sparkattention.attention;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Registry;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every registered mechanism keeps the contract, with its defaults and with small options. */
class AttentionContractTest {

  /**
   * Beginnings of specs that do not serve all cases, and how many they serve; the longest counts.
   * docs/mechanisms.md says why.
   */
  private static final Map<String, Integer> PARTIAL =
      Map.ofEntries(
          entry("anchor-stripe", 10),
          entry("block-diagonal", 14),
          entry("block-diagonal:cut=lines", 8),
          entry("block-diagonal:cut=paragraphs", 8),
          entry("block-memory", 12),
          entry("block-sparse", 4),
          entry("block-top-k", 12),
          entry("chunk-select", 12),
          entry("combiner", 10),
          entry("content-mask", 8),
          entry("el-cross", 2),
          entry("flex-prefill", 12),
          entry("head-split", 14),
          entry("hepos", 6),
          entry("hierarchical-chunks", 12),
          entry("hip", 12),
          entry("knn-cross", 2),
          entry("landmark", 10),
          entry("lightning", 6),
          entry("linear-kernel", 12),
          entry("linear-kernel:feature=flow", 6),
          entry("linear-kernel:feature=log-normal", 6),
          entry("linformer", 6),
          entry("local-sparse-global", 4),
          entry("low-rank-keys", 12),
          entry("lsh", 12),
          entry("ltri", 12),
          entry("position-persistent", 12),
          entry("power-of-two", 14),
          entry("prob-sparse", 12),
          entry("recycled", 12),
          entry("routing", 12),
          entry("sink-window", 14),
          entry("transient-global", 10),
          entry("tree-cross", 6),
          entry("window-global", 14));

  static Stream<String> specs() {
    return SmallSpecs.of(Attentions.REGISTRY).stream();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void keepsTheContract(String spec) {
    assertThat(casesServed(Attentions.REGISTRY, spec, Device.cpu()))
        .as("cases that %s serves", spec)
        .isEqualTo(expected(spec));
  }

  private static int expected(String spec) {
    if (spec.contains("positions=renumbered")) {
      return 6; // those that hide the future and add no bias
    }
    return PARTIAL.entrySet().stream()
        .filter(known -> (spec + ":").startsWith(known.getKey()))
        .max(Comparator.comparingInt(known -> known.getKey().length()))
        .map(Map.Entry::getValue)
        .orElse(AttentionCase.COUNT);
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
