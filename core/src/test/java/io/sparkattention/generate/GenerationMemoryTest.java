package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.tensor.NativeArrays;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was opened to continue texts is closed when they are complete. */
@ExtendWith(OneThread.class)
class GenerationMemoryTest {

  @ParameterizedTest
  @CsvSource({
    "llama, full",
    "llama, sink-window:sinks=2;window=6",
    "t5, full:storage=int8",
    "led, full",
    "longt5-transient-global, full"
  })
  void noArrayIsLeft(String name, String policy) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model =
            GenerativeModels.load(GoldenText.directory(name), ModelSpec.of(name))) {
      List<int[]> prompts = golden.prompts().subList(8, 13);
      for (int beams : new int[] {1, 3}) {
        ObjectNode settings =
            new ObjectMapper().createObjectNode().put("num_beams", beams).put("max_new_tokens", 6);
        GenerationConfig config = GenerationConfig.read(model.directory(), settings);
        Generator generator =
            new Generator(
                model, config, KvCachePolicies.REGISTRY.parse(policy.replace(';', ',')), 6);
        int before = NativeArrays.count(model.owner());
        int lists = NativeArrays.lists();
        assertThat(generator.generate(prompts))
            .allSatisfy(each -> assertThat(each.tokens()).hasSizeBetween(1, 6))
            .allSatisfy(each -> assertThat(each.meanLogProbability()).isNegative());
        assertThat(NativeArrays.count(model.owner())).isEqualTo(before);
        assertThat(NativeArrays.lists()).isEqualTo(lists);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"llama, 1", "llama, 3", "t5, 1", "bart, 3"})
  void noArrayIsLeftBetweenSteps(String name, int beams) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model =
            GenerativeModels.load(GoldenText.directory(name), ModelSpec.of(name))) {
      ObjectNode settings =
          new ObjectMapper().createObjectNode().put("num_beams", beams).put("max_new_tokens", 24);
      GenerationConfig config = GenerationConfig.read(model.directory(), settings);
      List<Integer> counts = new ArrayList<>();
      Generator generator =
          new Generator(model, config, KvCachePolicies.REGISTRY.parse("full"), 2 * beams);
      Iterator<PromptTokens> prompts =
          golden.prompts().subList(8, 10).stream().map(PromptTokens::whole).iterator();
      try (Generation generation =
          generator.generate(prompts, () -> counts.add(NativeArrays.count(model.owner())))) {
        generation.forEachRemaining(each -> assertThat(each.failed()).isFalse());
      }
      assertThat(counts).hasSizeGreaterThan(6);
      int early = Collections.max(counts.subList(0, 4));
      assertThat(counts).allSatisfy(each -> assertThat(each).isLessThanOrEqualTo(early));
    }
  }

  @ParameterizedTest
  @CsvSource({"gpt2", "bart", "pegasus"})
  void embeddedPositionsAreNotNumberedAnew(String name) {
    try (GenerativeModel model =
        GenerativeModels.load(GoldenText.directory(name), ModelSpec.of(name))) {
      GenerationConfig config =
          GenerationConfig.read(model.directory(), new ObjectMapper().createObjectNode());
      KvCachePolicy policy = KvCachePolicies.REGISTRY.parse("sink-window:window=8");
      assertThatThrownBy(() -> new Generator(model, config, policy, 8))
          .hasMessageContaining(name + " embeds its positions")
          .hasMessageContaining("sink-window:")
          .hasMessageContaining("use full");
    }
  }
}
