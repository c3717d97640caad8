package io.sparkattention.model.decoder;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad checkpoints: one clear error before any weight is loaded. */
class DecoderLoadTest {

  @TempDir private Path directory;

  @Test
  void unknownModelTypesNameTheNearest() {
    assertProblem("llama", config -> config.put("model_type", "lama"))
        .hasMessageContaining("model_type 'lama' is no decoder that is supported")
        .hasMessageContaining("did you mean 'llama'?")
        .hasMessageContaining(
            "gemma3, gemma3_text, gpt2, llama, mistral, mpt, phi3, qwen2, qwen3, smollm3");
  }

  @Test
  void unsupportedRotaryScalingsAreNamed() {
    assertProblem("llama", config -> config.putObject("rope_parameters").put("rope_type", "spiral"))
        .hasMessageContaining(
            "rotary scaling 'spiral' is not supported: the supported ones are default, dynamic,"
                + " linear, llama3, longrope, yarn");
  }

  @Test
  void scalingsNeedTheirFactors() {
    assertProblem("llama", config -> config.putObject("rope_parameters").put("rope_type", "llama3"))
        .hasMessageContainingAll(
            "factor is missing", "low_freq_factor is missing", "high_freq_factor is missing");
  }

  @Test
  void missingTensorsAndWrongShapesAreToldTogether() {
    assertProblem(
            "llama", config -> config.put("num_hidden_layers", 3).put("intermediate_size", 40))
        .hasMessageContaining("tensor layers.2.self_attn.q_proj.weight [32, 32] is missing")
        .hasMessageContaining("tensor layers.0.mlp.gate_proj.weight has the shape [48, 32]");
  }

  @Test
  void unknownKindsOfLayersAreTold() {
    assertProblem(
            "gemma3",
            config -> config.putArray("layer_types").add("full_attention").add("chunked_attention"))
        .hasMessageContaining(
            "layer_types has [chunked_attention], which is not supported: only full_attention,"
                + " sliding_attention");
  }

  @Test
  void headsMustFitTogether() {
    assertProblem("llama", config -> config.put("num_key_value_heads", 3))
        .hasMessageContaining("4 heads are not a multiple of 3 key and value heads");
  }

  private org.assertj.core.api.AbstractThrowableAssert<?, ?> assertProblem(
      String name, Consumer<ObjectNode> change) {
    try (Stream<Path> files = Files.list(GoldenText.directory(name))) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
      ObjectMapper mapper = new ObjectMapper();
      Path file = directory.resolve("config.json");
      ObjectNode config = (ObjectNode) mapper.readTree(file.toFile());
      change.accept(config);
      mapper.writeValue(file.toFile(), config);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return assertThatThrownBy(() -> CausalLm.load(directory, ModelSpec.of(name)))
        .isInstanceOf(ModelLoadException.class);
  }
}
