package io.sparkattention.udfs.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkFiles;
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
  }

  @Test
  void everyFormOfLocationIsNamed() {
    assertThat(ModelSources.forms())
        .isEqualTo(
            "/a/directory, archive:name, classpath:folder, hdfs:///a/directory,"
                + " hf://org/name@revision, name");
    assertThatThrownBy(() -> ModelLocalizer.localize("none"))
        .hasMessageEndingWith("or has one of the forms " + ModelSources.forms());
  }

  @Test
  void onlyWhatMovesIsPinned() {
    for (String location :
        List.of("minilm", "/models/x", "hdfs:///x", "archive:x", "classpath:x")) {
      assertThat(ModelLocalizer.pinned(location)).isEqualTo(location);
    }
  }

  @Test
  void anArchiveNeedsAName() {
    for (String location : List.of("archive:", "archive:/etc", "archive:../x", "archive:x/../..")) {
      assertThatThrownBy(() -> ModelLocalizer.localize(location))
          .hasMessageContaining("name an archive of --archives, as archive:name");
    }
  }

  @Test
  void whatSparkBroughtIsFound() throws IOException {
    LocalSpark.session();
    // Where Spark unpacks archives; addFile would bring the directory anew into later tests.
    Path model = Files.createDirectory(Path.of(SparkFiles.get("brought-model")));
    Files.writeString(model.resolve("config.json"), "{}");
    Path found = ModelLocalizer.localize("archive:brought-model");
    assertThat(found.resolve("config.json")).hasContent("{}");
    assertThatThrownBy(() -> ModelLocalizer.localize("archive:another"))
        .hasMessageContaining("Spark brought no directory of that name")
        .hasMessageEndingWith("submit with --archives model.zip#another");
  }

  @Test
  void aDirectoryOfAnotherFileSystemIsCopiedWithoutItsPickles() throws IOException {
    Path model = Files.createDirectories(folder.resolve("stored/1_Pooling")).getParent();
    Files.writeString(model.resolve("config.json"), "{}");
    Files.writeString(model.resolve("pytorch_model.bin"), "never read");
    Files.writeString(model.resolve("1_Pooling/config.json"), "[]");
    Path copy = ModelLocalizer.localize(StoreFileSystem.location(model));
    assertThat(copy.resolve("config.json")).hasContent("{}");
    assertThat(copy.resolve("1_Pooling/config.json")).hasContent("[]");
    assertThat(copy.resolve("pytorch_model.bin")).doesNotExist();
    assertThatThrownBy(
            () -> ModelLocalizer.localize(StoreFileSystem.location(model.resolve("config.json"))))
        .hasMessageContaining("name the directory that holds the model's files");
  }

  @Test
  void aStoreThatFailsHalfWayLeavesNothing() throws IOException {
    Path model = Files.createDirectory(folder.resolve("failing"));
    Files.writeString(model.resolve("a.json"), "{}");
    Files.writeString(model.resolve("fails.json"), "{}");
    String location = StoreFileSystem.location(model);
    assertThatThrownBy(() -> ModelLocalizer.localize(location))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the store fails");
    Files.delete(model.resolve("fails.json"));
    assertThat(ModelLocalizer.localize(location).resolve("a.json")).exists();
    try (Stream<Path> all = Files.walk(ModelLocalizer.localize(location).getParent().getParent())) {
      assertThat(all.map(path -> path.getFileName().toString()).toList()).doesNotContain("partial");
    }
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
