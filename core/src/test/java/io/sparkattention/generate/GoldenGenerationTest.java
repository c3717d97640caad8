package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.decoder.CausalLm;
import io.sparkattention.model.decoder.GoldenText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Greedy and beam search against transformers, token for token, alone and in batches. */
class GoldenGenerationTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");

  static List<String> decoders() {
    return GoldenText.namesWith("hidden_states.0.0");
  }

  @ParameterizedTest
  @MethodSource("decoders")
  void tokensOfEveryWayOfDecoding(String name) {
    try (GoldenText golden = GoldenText.open(name);
        CausalLm model = GoldenText.load(name)) {
      List<int[]> prompts = golden.prompts();
      for (GoldenText.Decoded decoded : golden.decoded()) {
        GenerationConfig config =
            GenerationConfig.read(GoldenText.directory(name), decoded.settings());
        int rows = 7 * config.beams().count(); // fewer than prompts: rows leave and enter
        List<Generated> found = new Generator(model, config, FULL, rows).generate(prompts);
        assertTokens(found, decoded, name);
      }
    }
  }

  @Test
  void eachPromptAlone() {
    String name = "llama-grouped-tied";
    try (GoldenText golden = GoldenText.open(name);
        CausalLm model = GoldenText.load(name)) {
      for (GoldenText.Decoded decoded : golden.decoded()) {
        GenerationConfig config =
            GenerationConfig.read(GoldenText.directory(name), decoded.settings());
        Generator alone = new Generator(model, config, FULL, config.beams().count());
        assertTokens(alone.generate(golden.prompts()), decoded, name);
      }
    }
  }

  private static void assertTokens(List<Generated> found, GoldenText.Decoded decoded, String name) {
    assertThat(found).hasSameSizeAs(decoded.tokens());
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).tokens())
          .as("%s %s, prompt %d", name, decoded.settings(), i)
          .isEqualTo(decoded.tokens().get(i));
    }
  }
}
