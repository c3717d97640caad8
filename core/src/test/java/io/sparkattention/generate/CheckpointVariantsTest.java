package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.model.EditableCheckpoint;
import io.sparkattention.model.EditableCheckpoint.Tensor;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What checkpoints may leave out, and what they may store although their flags deny it. */
@ExtendWith(OneThread.class)
class CheckpointVariantsTest {

  private static final Consumer<Map<String, Tensor>> SAME = tensors -> {};
  private static final Consumer<ObjectNode> AS_IT_IS = config -> {};

  @TempDir private Path directory;

  @Test
  void pegasusNeedNotStoreItsSinusoids() {
    List<Generated> without =
        generate(
            "pegasus",
            tensors ->
                assertThat(tensors.keySet().removeIf(name -> name.contains("embed_positions")))
                    .isTrue(),
            AS_IT_IS);
    // 32 columns: sines of 16 frequencies, then their cosines
    IntToDoubleFunction sinusoid =
        i -> {
          double angle = (i / 32) * Math.exp(-Math.log(10_000) * (i % 16) / 16);
          return i % 32 < 16 ? Math.sin(angle) : Math.cos(angle);
        };
    List<Generated> stored =
        generate(
            "pegasus",
            tensors -> {
              tensors.get("model.encoder.embed_positions.weight").fill(sinusoid);
              tensors.get("model.decoder.embed_positions.weight").fill(sinusoid);
            },
            AS_IT_IS);
    assertAlike(without, stored);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "pegasus"})
  void aMissingLogitBiasIsZero(String name) {
    List<Generated> without =
        generate(name, tensors -> tensors.remove("final_logits_bias"), AS_IT_IS);
    assertAlike(
        without, generate(name, tensors -> tensors.get("final_logits_bias").fill(0), AS_IT_IS));
  }

  @ParameterizedTest
  @CsvSource({
    "bart, model.shared.weight",
    "pegasus, model.shared.weight",
    "t5, shared.weight",
    "llama-grouped-tied, model.embed_tokens.weight"
  })
  void aHeadOfItsOwnIsUsedWhateverTheFlagSays(String name, String words) {
    Consumer<Map<String, Tensor>> own =
        tensors -> tensors.put("lm_head.weight", tensors.get(words).reversed());
    List<Generated> tied = generate(name, own, AS_IT_IS);
    List<Generated> untied =
        generate(name, own, config -> config.put("tie_word_embeddings", false));
    assertAlike(tied, untied);
    List<Generated> plain = generate(name, SAME, AS_IT_IS);
    assertThat(tied.stream().map(Generated::meanLogProbability).toList())
        .isNotEqualTo(plain.stream().map(Generated::meanLogProbability).toList());
    Consumer<Map<String, Tensor>> copied =
        tensors -> tensors.put("lm_head.weight", tensors.get(words));
    assertAlike(generate(name, copied, AS_IT_IS), plain);
  }

  @Test
  void theKinOfLlamaActivateBySiluWhereNothingIsSaid() {
    assertAlike(
        generate("llama", SAME, config -> config.remove("hidden_act")),
        generate("llama", SAME, AS_IT_IS));
  }

  @ParameterizedTest
  @CsvSource({
    "bart, model.shared.weight, model.encoder.embed_tokens.weight",
    "t5, shared.weight, decoder.embed_tokens.weight"
  })
  void embeddingsOfOneSideAreToldWhereTheyDiffer(String name, String words, String own) {
    List<Generated> same =
        generate(name, tensors -> tensors.put(own, tensors.get(words)), AS_IT_IS);
    assertAlike(same, generate(name, SAME, AS_IT_IS));
    Consumer<Map<String, Tensor>> other =
        tensors -> tensors.put(own, tensors.get(words).reversed());
    assertThatThrownBy(() -> generate(name, other, AS_IT_IS))
        .hasMessageContaining("embed_tokens.weight differs from shared.weight");
  }

  private static void assertAlike(List<Generated> found, List<Generated> expected) {
    assertThat(found)
        .usingRecursiveComparison()
        .withComparatorForType(
            (a, b) -> Math.abs(a - b) < 1e-5 ? 0 : Double.compare(a, b), Double.class)
        .isEqualTo(expected);
  }

  private List<Generated> generate(
      String name, Consumer<Map<String, Tensor>> weights, Consumer<ObjectNode> config) {
    Path copy = directory.resolve(Integer.toString(directory.toFile().list().length));
    EditableCheckpoint.copy(GoldenText.directory(name), copy)
        .weights(weights)
        .edit("config.json", config);
    ObjectNode settings = new ObjectMapper().createObjectNode().put("max_new_tokens", 6);
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = GenerativeModels.load(copy, ModelSpec.of(name))) {
      GenerationConfig how = GenerationConfig.read(copy, settings);
      Generator generator = new Generator(model, how, KvCachePolicies.REGISTRY.parse("full"), 4);
      return generator.generate(golden.prompts().subList(0, 4));
    }
  }
}
