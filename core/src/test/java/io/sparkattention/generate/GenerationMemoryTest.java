package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.tensor.NativeArrays;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was opened to continue texts is closed when they are complete. */
@ExtendWith(OneThread.class)
class GenerationMemoryTest {

  @ParameterizedTest
  @CsvSource({"llama, full", "llama, sink-window:sinks=2;window=6", "t5, full:storage=int8"})
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
        assertThat(generator.generate(prompts))
            .allSatisfy(each -> assertThat(each.tokens()).hasSizeBetween(1, 6))
            .allSatisfy(each -> assertThat(each.meanLogProbability()).isNegative());
        assertThat(NativeArrays.count(model.owner())).isEqualTo(before);
      }
    }
  }
}
