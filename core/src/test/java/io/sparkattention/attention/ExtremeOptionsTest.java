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

  private static final long[] SEEDS = {1, 2, 3, 4, 5};

  @ParameterizedTest
  @ValueSource(
      strings = {
        "anchor-stripe:theta=-Infinity,rows=1,sinks=0,window=0,most=1",
        "anchor-stripe:theta=1e300,rows=2147483647,sinks=2147483647,window=2147483647,most=2147483647",
        "block-top-k:block=1,budget=1,rows=1,pool=2147483647,sinks=0,near=0",
        "block-top-k:block=2147483647,budget=2147483647,rows=2147483647,pool=2147483647,sinks=2147483647,near=2147483647",
        "flex-prefill:gamma=1e-300,tau=0,block=1,rows=1,probe=1,least=0,sinks=0,near=0",
        "flex-prefill:tau=1e300,block=2147483647,rows=2147483647,probe=2147483647,least=2147483647,sinks=2147483647,near=2147483647",
        "hierarchical-chunks:chunk=1,budget=1,rows=1,pool=1,sinks=0,near=0",
        "hierarchical-chunks:chunk=2147483647,budget=2147483647,rows=2147483647,pool=2147483647,sinks=2147483647,near=2147483647",
        "hip:block=1,k=1,rows=1,pool=1,sinks=0,near=0",
        "hip:block=2147483647,k=2147483647,rows=2147483647,pool=2147483647,sinks=2147483647,near=2147483647",
        "block-memory:block=1,blocks=1,sinks=0,window=1,rows=1,positions=renumbered",
        "block-memory:block=2147483647,blocks=2147483647,sinks=2147483647,window=2147483647,rows=2147483647,positions=renumbered",
        "chunk-select:chunk=1,chunks=3,positions=renumbered",
        "chunk-select:chunk=2147483647,chunks=2147483647,positions=renumbered",
        "knn-cross:k=1,rows=1,index=host,probes=1",
        "knn-cross:k=2,rows=2147483647,index=host,probes=2147483647",
        "lsh:rows=1,keys=1,samples=0,bits=1,sinks=0,seed=-2147483647",
        "lsh:rows=2147483647,keys=2147483647,samples=2147483647,bits=30,sinks=2147483647",
        "ltri:window=1,least=1,budget=1,rows=1,pool=1,sinks=0,near=0",
        "ltri:window=1024,least=2147483647,budget=2147483647,rows=2147483647,pool=2147483647,sinks=2147483647,near=2147483647",
        "routing:clusters=2147483647,rows=1,keys=1,rounds=64,sinks=0",
        "routing:clusters=1,rows=2147483647,keys=2147483647,rounds=0,sinks=2147483647",
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
          "lsh:bits=31",
          "routing:rounds=65",
          "flex-prefill:gamma=0",
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
