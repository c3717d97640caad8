package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be loaded to generate text. */
class GenerativeModelsTest {

  @TempDir private Path directory;

  @Test
  void unknownModelTypesNameTheNearestAndAllOthers() throws IOException {
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"brat\"}");
    assertThatThrownBy(() -> GenerativeModels.load(directory, ModelSpec.of("brat")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("model_type 'brat' does not generate text here")
        .hasMessageContaining("did you mean 'bart'?")
        .hasMessageContaining(
            "bart, gemma3, gemma3_text, gpt2, led, llama, longt5, mistral, mpt, mt5, pegasus, phi3,"
                + " qwen2");
  }

  @Test
  void directoriesWithoutAConfigurationAreRefused() {
    assertThatThrownBy(() -> GenerativeModels.load(directory, ModelSpec.of("none")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("config.json is missing");
  }
}
