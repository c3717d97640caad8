package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.model.EditableCheckpoint;
import io.sparkattention.model.EditableCheckpoint.Tensor;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that must not be used: one clear error when they are loaded. */
@ExtendWith(OneThread.class)
class BadCheckpointsTest {

  private static final Consumer<Map<String, Tensor>> SAME = weights -> {};

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "llama, model.norm.weight",
    "gpt2, transformer.h.1.mlp.c_fc.weight",
    "bart, model.decoder.layers.1.fc1.bias",
    "t5, shared.weight"
  })
  void weightsThatAreNotFiniteAreTold(String name, String tensor) {
    for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY}) {
      assertRefused(
              name,
              weights -> {
                Tensor whole = weights.get(tensor);
                assertThat(whole).as("%s", weights.keySet()).isNotNull();
                whole.fill(i -> i == 3 ? bad : 0.5);
              },
              config -> {})
          .hasMessageContaining("holds NaN or infinity: the file is damaged")
          .hasMessageContaining(tensor.substring(tensor.lastIndexOf('.')));
    }
  }

  @ParameterizedTest
  @CsvSource({"llama", "gpt2", "bart", "t5"})
  void tensorsThatNobodyWouldReadAreTold(String name) {
    assertRefused(
            name,
            weights -> {
              Tensor any = weights.values().iterator().next();
              weights.put("score.weight", any);
              weights.put("adapter.lora_A.weight", any);
            },
            config -> {})
        .hasMessageContaining("2 tensors are of no use to this architecture, such as")
        .hasMessageContainingAll("adapter.lora_A.weight", "score.weight");
  }

  @ParameterizedTest
  @CsvSource({"llama, model.norm.weight", "bart, model.encoder.layers.0.fc1.weight"})
  void missingTensorsAndOthersAreToldTogether(String name, String tensor) {
    assertRefused(
            name,
            weights -> {
              Tensor taken = weights.remove(tensor);
              weights.put("other.weight", taken);
            },
            config -> {})
        .hasMessageContaining("is missing")
        .hasMessageContaining("other.weight");
  }

  @Test
  void wrongShapesAreTold() {
    assertRefused("t5", SAME, config -> config.put("d_ff", 20))
        .hasMessageContaining("has the shape")
        .hasMessageContaining("but must have");
  }

  @Test
  void formsOfMptThatTransformersDoesNotReadAreTold() {
    assertRefused(
            "mpt",
            SAME,
            config ->
                ((ObjectNode) config.get("attn_config"))
                    .put("alibi", false)
                    .put("clip_qkv", 6)
                    .put("alibi_bias_max", 16)
                    .put("attn_type", "multiquery_attention"))
        .hasMessageContaining("alibi is false")
        .hasMessageContaining("clip_qkv and qk_ln are not supported")
        .hasMessageContaining("alibi_bias_max is not 8")
        .hasMessageContaining("multiquery_attention");
  }

  @Test
  void nothingIsPaddedSoATokenizerNeedsNoTokenForIt() {
    Path copy = directory.resolve("copy");
    EditableCheckpoint.copy(GoldenText.directory("llama"), copy)
        .edit("tokenizer_config.json", config -> config.remove("pad_token"))
        .edit("generation_config.json", config -> config.remove("pad_token_id"))
        .edit("config.json", config -> config.remove("pad_token_id"));
    try (GoldenText golden = GoldenText.open("llama");
        GenerativeModel model = GenerativeModels.load(copy, ModelSpec.of("copy"))) {
      GoldenText.Decoded greedy = golden.decoded().get(0);
      GenerationConfig config = GenerationConfig.read(copy, greedy.settings());
      List<Generated> found =
          new Generator(model, config, KvCachePolicies.REGISTRY.parse("full"), 7)
              .generate(golden.prompts());
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).tokens()).isEqualTo(greedy.tokens().get(i));
      }
    }
  }

  private AbstractThrowableAssert<?, ?> assertRefused(
      String name, Consumer<Map<String, Tensor>> weights, Consumer<ObjectNode> config) {
    Path copy = directory.resolve(Integer.toString(directory.toFile().list().length));
    EditableCheckpoint.copy(GoldenText.directory(name), copy)
        .weights(weights)
        .edit("config.json", config);
    return assertThatThrownBy(() -> GenerativeModels.load(copy, ModelSpec.of(name)).close())
        .isInstanceOf(ModelLoadException.class);
  }
}
