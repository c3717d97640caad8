package io.sparkattention.attention;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each layer and each kind of attention is served by the mechanism that is named for it. */
class PerLayerAttentionTest {

  private static final Attention WINDOW = new SinkWindowAttention(1, 9);

  @ParameterizedTest
  @CsvSource({"0,dense", "2,dense", "3,chunked", "4,sink-window", "9,sink-window", "10,dense"})
  void everyLayerHasItsMechanism(int layer, String expected) {
    Attention mechanism =
        parse("per-layer:4-9=[sink-window:sinks=1,window=9],3=[chunked:chunk=7],0-2=dense");
    Attention used = mechanism.at(Site.encoder(layer), Direction.BIDIRECTIONAL);
    assertThat(Attentions.REGISTRY.format(used)).startsWith(expected);
    AttentionCase given = AttentionCase.of(1, 90);
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = at(given.input(scope, 0), Site.encoder(layer));
      try (Attended attended = mechanism.attend(input);
          Attended alone = used.attend(input)) {
        assertThat(attended.output().toFloatArray()).isEqualTo(alone.output().toFloatArray());
      }
    }
  }

  @Test
  void theSpecThatIsWrittenReadsInTheOrderOfTheLayers() {
    Attention mechanism = parse("per-layer:12-=chunked,0-3=dense,4-11=[sink-window:sinks=2]");
    String written =
        "per-layer:0-3=dense,4-11=[sink-window:sinks=2,window=1024],"
            + "12-=[chunked:chunk=4096,rows=1024]";
    assertThat(Attentions.REGISTRY.format(mechanism)).isEqualTo(written);
    assertThat(parse(written)).isEqualTo(mechanism).hasSameHashCodeAs(mechanism);
    assertThat(Attentions.REGISTRY.format(parse("per-layer"))).isEqualTo("per-layer");
    assertThat(parse("per-layer:1=[per-layer:0-2=eager]").at(Site.encoder(1), Direction.CAUSAL))
        .isEqualTo(new EagerAttention());
  }

  @Test
  void namesEveryBadRange() {
    assertThatThrownBy(() -> parse("per-layer:0-3=dense,2-5=eager,7-6=dense,a=dense"))
        .hasMessageContaining("2-5 and 0-3 share layers")
        .hasMessageContaining("'7-6' ends before it begins")
        .hasMessageContaining("'a' names no layers");
    assertThatThrownBy(() -> parse("per-layer:1=[sink-window:windows=2],2=dens"))
        .hasMessageContaining("'1'")
        .hasMessageContaining("did you mean 'window'")
        .hasMessageContaining("'2'")
        .hasMessageContaining("did you mean 'dense'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "per-layer:0=[sink-window:sinks=2,window=6]",
        "per-layer:0-=[window-global:window=6,globals=2]",
        "per-site:encoder=[sink-window:window=6],decoder=[sink-window:window=16]"
      })
  void keepsTheContractOfItsParts(String spec) {
    int served = AttentionContractTest.casesServed(Attentions.REGISTRY, spec, Device.cpu());
    assertThat(served).isEqualTo(spec.startsWith("per-site") ? AttentionCase.COUNT : 14);
  }

  @Test
  void isExactWhereAllPartsAre() {
    assertThat(parse("per-layer").exact()).isTrue();
    assertThat(parse("per-layer:3=chunked").exact()).isTrue();
    assertThat(parse("per-layer:3=sink-window").exact()).isFalse();
    assertThat(parse("per-site:cross=eager").exact()).isTrue();
    assertThat(parse("per-layer:3=window-global").readsGlobals()).isTrue();
    assertThat(parse("per-layer:3=sink-window").readsGlobals()).isFalse();
  }

  @Test
  void tellsTheReasonsOfEveryPart() {
    assertThat(parse("per-layer:0-1=sink-window,5=block-sparse").unsupportedReasons(cross()))
        .hasSize(2)
        .anySatisfy(reason -> assertThat(reason).startsWith("layers 0-1: sink-window"))
        .anySatisfy(reason -> assertThat(reason).startsWith("layers 5: block-sparse"));
    assertThat(parse("per-site:encoder=sink-window").unsupportedReasons(cross())).isEmpty();
    assertThat(parse("per-site:cross=sink-window").unsupportedReasons(cross())).hasSize(1);
  }

  @Test
  void everySiteHasItsMechanism() {
    PerSiteAttention mechanism =
        new PerSiteAttention(WINDOW, new ChunkedAttention(5, 5), new EagerAttention());
    Site cross = new Site(2, Site.Kind.CROSS, Site.Phase.DECODE);
    assertThat(mechanism.at(Site.encoder(1), Direction.BIDIRECTIONAL)).isEqualTo(WINDOW);
    assertThat(mechanism.at(Site.encoder(1), Direction.CAUSAL))
        .isEqualTo(new ChunkedAttention(5, 5));
    assertThat(mechanism.at(cross, Direction.BIDIRECTIONAL)).isEqualTo(new EagerAttention());
    AttentionCase given = AttentionCase.ofLength(4, 50, Direction.BIDIRECTIONAL);
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      AttentionInput input = given.input(scope, 0);
      try (Attended attended = mechanism.attend(input);
          Attended window = WINDOW.attend(input)) {
        assertClose(attended.output().toFloatArray(), window.output().toFloatArray(), "encoder");
      }
    }
  }

  private static AttentionShape cross() {
    return new AttentionShape(
        4, 4, 8, Site.Kind.CROSS, Direction.BIDIRECTIONAL, false, Precision.FP32, Device.cpu());
  }

  private static AttentionInput at(AttentionInput in, Site site) {
    return new AttentionInput(
        in.query(),
        in.key(),
        in.value(),
        in.scale(),
        in.layout(),
        in.mask(),
        in.bias(),
        site,
        in.scope());
  }

  private static Attention parse(String spec) {
    return Attentions.REGISTRY.parse(spec);
  }
}
