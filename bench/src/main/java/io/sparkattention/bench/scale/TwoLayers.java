package io.sparkattention.bench.scale;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.weights.KnownModels;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** minilm without its upper layers: a third of the work, and nothing else is different. */
final class TwoLayers {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TwoLayers() {}

  /** Writes the model into a folder that need not exist; the folder. */
  static Path write(Path folder) throws IOException {
    Path whole = KnownModels.named("minilm").materialize(folder.resolveSibling("minilm"));
    List<Path> files;
    try (Stream<Path> walk = Files.walk(whole)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path copy = folder.resolve(whole.relativize(file));
      Files.createDirectories(copy.getParent());
      if (!Files.exists(copy)) {
        Files.copy(file, copy);
      }
    }
    File config = folder.resolve("config.json").toFile();
    JSON.writeValue(config, ((ObjectNode) JSON.readTree(config)).put("num_hidden_layers", 2));
    return folder;
  }
}
