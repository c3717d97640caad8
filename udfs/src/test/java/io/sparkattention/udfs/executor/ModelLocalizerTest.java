package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLocalizerTest {

  @TempDir Path folder;

  @Test
  void aDirectoryIsUsedAsItIs() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    assertThat(ModelLocalizer.localize(model.toString())).isEqualTo(model);
    assertThat(ModelLocalizer.localize(model.toUri().toString())).isEqualTo(model);
  }

  @Test
  void whatIsMissingIsSaidWithWhatExists() {
    Path missing = folder.resolve("none");
    assertThatThrownBy(() -> ModelLocalizer.localize(missing.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no model at " + missing)
        .hasMessageContaining("bert-base, bge-small, e5-small, minilm");
    assertThatThrownBy(() -> ModelLocalizer.localize(missing.toUri().toString()))
        .hasMessageContaining("there is no model at file:");
    assertThatThrownBy(() -> ModelLocalizer.localize("classpath:no/such/model"))
        .hasMessageContaining("no model on the class path at no/such/model");
    assertThatThrownBy(() -> ModelLocalizer.localize("hf://org/name"))
        .hasMessageContaining("hf:// is not supported yet");
  }

  @Test
  void aDirectoryOfTheClassPathIsFound() {
    Path found = ModelLocalizer.localize("classpath:io/sparkattention/udfs");
    assertThat(found.resolve("executor")).isDirectory();
  }

  @Test
  void theFilesOfAJarAreCopied() {
    Path found = ModelLocalizer.localize("classpath:org/junit/jupiter/api");
    assertThat(found.resolve("Test.class")).isRegularFile();
    assertThat(ModelLocalizer.localize("classpath:org/junit/jupiter/api")).isEqualTo(found);
  }
}
