package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.TorchEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One query after the other over a growing cache reads what all queries read at once. */
class StepsEqualPrefillTest {

  private static final int LENGTH = 160;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lightning",
        "lightning:rate=1,activation=identity,norm=none",
        "linear-kernel:features=32",
        "transient-global:window=9,block=5",
        "normalized:by=sparsemax",
        "normalized:by=relu",
        "sink-scale:factor=3,sinks=2",
        "steered:from=4,tokens=9",
        "log-n:trained=16",
        "temperature:value=0.7,of=[sink-window:window=12]",
        "block-memory:block=4,blocks=60,sinks=0,window=9,rows=16,positions=renumbered",
        "chunk-select:chunk=8,chunks=60,positions=renumbered"
      })
  void stepsEqualPrefill(String spec) {
    Attention mechanism = Attentions.REGISTRY.parse(spec);
    AttentionCase given = AttentionCase.ofLength(4, LENGTH, Direction.CAUSAL);
    try (NDManager root = TorchEngine.newManager(Device.cpu())) {
      AttentionInput whole = given.input(root, 0);
      try (Attended prefill = mechanism.attend(whole)) {
        for (int t = 1; t < LENGTH; t += 13) {
          try (NDManager scope = root.newSubManager();
              Attended step = mechanism.attend(step(whole, t, scope))) {
            Span row = new Span(t, t + 1);
            assertClose(
                step.output().toFloatArray(),
                row.of(scope, prefill.output()).toFloatArray(),
                spec + ", query " + t);
          }
        }
      }
    }
  }

  private static AttentionInput step(AttentionInput in, int t, NDManager scope) {
    Span past = new Span(0, t + 1);
    AttentionMask mask =
        new AttentionMask(Direction.CAUSAL, new int[] {t}, new int[] {1}, new int[] {t + 1});
    Site site = new Site(0, Site.Kind.SELF, Site.Phase.DECODE);
    return AttentionInput.padded(
            new Span(t, t + 1).of(scope, in.query()),
            past.of(scope, in.key()),
            past.of(scope, in.value()),
            mask,
            site,
            scope)
        .withRotation(in.rotation());
  }
}
