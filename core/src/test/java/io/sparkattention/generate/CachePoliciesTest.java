package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.kvcache.PolicySpecs;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What models write under every cache policy. */
@ExtendWith(OneThread.class)
class CachePoliciesTest {

  private static GenerativeModel load(String name) {
    return GenerativeModels.load(GoldenText.directory(name), ModelSpec.of(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-grouped-tied", "gemma3", "bart"})
  void aBudgetForAllKeysChangesNothing(String name) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = load(name)) {
      for (int way = 0; way < 2; way++) { // greedy and beams
        GoldenText.Decoded decoded = golden.decoded().get(way);
        GenerationConfig config = GenerationConfig.read(model.directory(), decoded.settings());
        for (KvCachePolicy policy : PolicySpecs.dropping(256)) {
          if (model.unsupportedReasons(policy).isEmpty()) {
            List<Generated> made =
                new Generator(model, config, policy, 3 * config.beams().count())
                    .generate(golden.prompts().subList(6, 10));
            for (int i = 0; i < made.size(); i++) {
              assertThat(made.get(i).tokens())
                  .as("%s, %s, prompt %d", name, policy, 6 + i)
                  .isEqualTo(decoded.tokens().get(6 + i));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void howManyTextsRunTogetherChangesNothing(int beams) {
    try (GoldenText golden = GoldenText.open("qwen2");
        GenerativeModel model = load("qwen2")) {
      ObjectNode settings =
          new ObjectMapper().createObjectNode().put("num_beams", beams).put("max_new_tokens", 8);
      GenerationConfig config = GenerationConfig.read(model.directory(), settings);
      for (KvCachePolicy policy : PolicySpecs.dropping(7)) {
        List<int[]> prompts = golden.prompts().subList(8, 13);
        List<int[]> alone = tokens(new Generator(model, config, policy, beams), prompts);
        List<int[]> together = tokens(new Generator(model, config, policy, 4 * beams), prompts);
        assertThat(together).as("%s", policy).containsExactlyElementsOf(alone);
      }
    }
  }

  private static List<int[]> tokens(Generator generator, List<int[]> prompts) {
    return generator.generate(prompts).stream().map(Generated::tokens).toList();
  }

  @Test
  void fourBitsAndABudgetTogether() {
    try (GoldenText golden = GoldenText.open("llama-grouped-tied");
        GenerativeModel model = load("llama-grouped-tied")) {
      GenerationConfig config =
          GenerationConfig.read(
              model.directory(), new ObjectMapper().createObjectNode().put("max_new_tokens", 12));
      KvCachePolicy policy = KvCachePolicies.REGISTRY.parse("snap:budget=12,window=4,storage=int4");
      List<int[]> prompts = golden.prompts().subList(8, 12);
      assertThat(tokens(new Generator(model, config, policy, 3), prompts))
          .containsExactlyElementsOf(tokens(new Generator(model, config, policy, 1), prompts))
          .allSatisfy(each -> assertThat(each).hasSizeBetween(1, 12));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"t5", "mpt"})
  void biasesByDistanceNeedKeysThatLieSideBySide(String name) {
    try (GenerativeModel model = load(name)) {
      GenerationConfig config =
          GenerationConfig.read(model.directory(), new ObjectMapper().createObjectNode());
      KvCachePolicy policy = KvCachePolicies.REGISTRY.parse("tova:budget=8");
      assertThatThrownBy(() -> new Generator(model, config, policy, 8))
          .hasMessageContaining(name + " adds a bias by distance to its scores")
          .hasMessageContaining("tova:budget=8")
          .hasMessageContaining("use full or sink-window");
    }
  }

  @Test
  void distancesAreCountedInACacheThatDropsKeys() {
    try (GoldenText golden = GoldenText.open("mpt-six-heads");
        GenerativeModel model = load("mpt-six-heads")) {
      GenerationConfig config =
          GenerationConfig.read(
              model.directory(), new ObjectMapper().createObjectNode().put("max_new_tokens", 12));
      List<int[]> prompts = golden.prompts().subList(8, 12);
      KvCachePolicy wide = KvCachePolicies.REGISTRY.parse("sink-window:sinks=2,window=100");
      KvCachePolicy full = KvCachePolicies.REGISTRY.parse("full");
      assertThat(tokens(new Generator(model, config, wide, 3), prompts))
          .containsExactlyElementsOf(tokens(new Generator(model, config, full, 3), prompts));
      KvCachePolicy narrow = KvCachePolicies.REGISTRY.parse("sink-window:sinks=2,window=6");
      assertThat(tokens(new Generator(model, config, narrow, 3), prompts))
          .containsExactlyElementsOf(tokens(new Generator(model, config, narrow, 1), prompts));
    }
  }
}
