package io.sparkattention.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.TorchEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options at the ends of what is allowed give finite numbers; those beyond are refused. */
class ExtremeOptionsTest {

  private static final long[] SEEDS = {1, 2, 4, 5};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "linear-kernel:features=16384",
        "linear-kernel:features=1,seed=-9223372036854775808",
        "linformer:rows=2147483647",
        "linformer:rows=1,projection=random,seed=9223372036854775807",
        "prob-sparse:factor=2147483647",
        "transient-global:window=2147483647,block=2147483647",
        "transient-global:window=1,block=1",
        "lightning:rate=1000",
        "normalized:by=entmax,alpha=1.001",
        "normalized:by=entmax,alpha=4",
        "sink-scale:factor=1e300,sinks=2147483647",
        "sink-scale:factor=1e-300",
        "steered:from=2147483647,tokens=2147483647,outside=1e-300",
        "temperature:value=1e-3",
        "temperature:value=1e3",
        "log-n:trained=2",
        "calibrated:threshold=1e-300,share=0,skipped=0",
        "content-mask:share=1e-300",
        "entropy-temperature:target=0.999999"
      })
  void givesFiniteNumbers(String spec) {
    Attention mechanism = Attentions.REGISTRY.parse(spec);
    for (long seed : SEEDS) {
      AttentionCase given = AttentionCase.of(seed);
      try (NDManager root = TorchEngine.newManager(Device.cpu())) {
        if (!mechanism.unsupportedReasons(given.shape(root)).isEmpty()) {
          continue;
        }
        try (Attended attended = mechanism.attend(given.input(root, 3))) {
          assertFinite(attended.output().toFloatArray(), spec + " on seed " + seed);
          float[] weights = attended.weights(0, given.queries()).toFloatArray();
          assertFinite(weights, spec + " on seed " + seed);
        }
      }
    }
  }

  private static void assertFinite(float[] numbers, String what) {
    for (float number : numbers) {
      assertThat(Float.isFinite(number)).as(what).isTrue();
    }
  }

  @Test
  void refusesWhatIsBeyond() {
    for (String spec :
        new String[] {
          "linear-kernel:features=16385",
          "lightning:rate=NaN",
          "normalized:alpha=1",
          "sink-scale:factor=0",
          "steered:outside=NaN",
          "temperature:value=Infinity",
          "log-n:trained=1",
          "calibrated:share=1.1",
          "content-mask:share=0",
          "entropy-temperature:target=1,steps=65"
        }) {
      String option = spec.substring(spec.indexOf(':') + 1, spec.indexOf('='));
      assertThatThrownBy(() -> Attentions.REGISTRY.parse(spec))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(option + "=")
          .hasMessageContaining(" must be ");
    }
  }
}
