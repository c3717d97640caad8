package io.sparkattention.model.seq2seq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.sparkattention.OneThread;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Site;
import io.sparkattention.generate.Generated;
import io.sparkattention.generate.GenerationConfig;
import io.sparkattention.generate.GenerativeModels;
import io.sparkattention.generate.Generator;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.probe.AttentionProbe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of which encoder, decoder and the attention between them use mechanisms of their own. */
@ExtendWith(OneThread.class)
class ComposedMechanismsTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "per-site:decoder=[shared-prefix:least=1]",
        "per-site:cross=[hepos:stride=1]",
        "per-site:cross=[tree-cross:leaf=1000]",
        "per-layer:0=chunked,1-=[per-site:cross=[oracle-top-k:keys=1000]]"
      })
  void mechanismsThatReadEverythingWriteWhatDenseWrites(String attention) {
    try (GoldenText golden = GoldenText.open("bart");
        Seq2SeqLm model = load("bart", attention)) {
      for (GoldenText.Decoded decoded : golden.decoded().subList(0, 2)) { // greedy, beams
        GenerationConfig config = GenerationConfig.read(model.directory(), decoded.settings());
        List<Generated> found =
            new Generator(model, config, FULL, 8 * config.beams().count())
                .generate(golden.prompts());
        for (int i = 0; i < found.size(); i++) {
          assertThat(found.get(i).tokens())
              .as("%s, prompt %d", decoded.settings(), i)
              .isEqualTo(decoded.tokens().get(i));
        }
      }
    }
  }

  @Test
  void crossAttentionReadsEverySecondPositionOfTheText() {
    List<Site.Kind> strided = new ArrayList<>();
    AttentionProbe probe =
        (input, attended) -> {
          float[] weights = attended.weights(0, 1).toFloatArray(); // (B, H, 1, S)
          if (input.site().kind() == Site.Kind.CROSS) {
            assertOneInTwo(weights, input);
          }
          strided.add(input.site().kind());
        };
    try (GoldenText golden = GoldenText.open("bart");
        Seq2SeqLm model = load("bart", "per-site:cross=[hepos:stride=2]");
        NDManager scope = model.owner().newSubManager();
        Continuation texts = model.continuation(FULL, 2, 8, List.of(probe))) {
      texts.begin(scope, new int[] {0, 1}, golden.prompts().subList(0, 2));
      texts.next(scope, new int[] {7, 9}).close();
      assertThat(strided).contains(Site.Kind.CROSS, Site.Kind.SELF);
    }
  }

  private static void assertOneInTwo(float[] weights, AttentionInput input) {
    int keys = (int) input.key().getShape().get(2);
    for (int i = 0; i < weights.length; i++) {
      int head = i / keys % input.heads();
      if ((i % keys - head) % 2 != 0) {
        assertThat(weights[i]).as("head %s, key %s", head, i % keys).isZero();
      }
    }
    assertThat(weights[0]).as("head 0, key 0").isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"led", "longt5-local"})
  void layersWithoutAMechanismKeepTheirTrainedWindows(String name) {
    float[] trained = encoded(name, "dense");
    assertThat(encoded(name, "per-layer:7-=eager")).isEqualTo(trained);
    assertThat(encoded(name, "per-site:cross=eager")).isEqualTo(trained);
    assertThat(encoded(name, "per-layer:1=eager")).isNotEqualTo(trained);
  }

  @Test
  void tellsWhichPartRefuses() {
    assertThatThrownBy(() -> load("bart", "per-layer:1=hepos"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("layers 1: hepos")
        .hasMessageContaining("per-site:cross=hepos");
  }

  private static float[] encoded(String name, String attention) {
    try (GoldenText golden = GoldenText.open(name);
        Seq2SeqLm loaded = load(name, attention);
        NDManager scope = loaded.owner().newSubManager()) {
      return loaded
          .model()
          .encode(scope, golden.shown("prompt."), List.of(), hidden -> {})
          .toFloatArray();
    }
  }

  private static Seq2SeqLm load(String name, String attention) {
    ModelSpec spec = ModelSpec.of(name).withAttention(attention);
    return (Seq2SeqLm) GenerativeModels.load(GoldenText.directory(name), spec);
  }
}
