package io.sparkattention.jobs.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A copy of one of core's golden models, to be broken. */
final class GoldenModel {

  private static final Path GOLDEN = Path.of("..", "core", "src", "test", "resources", "golden");
  private static final int FLOAT = 4;

  private GoldenModel() {}

  /** Copies a model into a folder that need not exist. */
  static Path copy(String name, Path folder) throws IOException {
    Path source = GOLDEN.resolve(name);
    List<Path> files;
    try (Stream<Path> walk = Files.walk(source)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path copy = folder.resolve(source.relativize(file));
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
    return folder;
  }

  /** Makes NaN of a token's embedding, and so of all that is computed of a text that holds it. */
  static void spoil(Path model, String token) throws IOException {
    ObjectMapper json = new ObjectMapper();
    int id =
        json.readTree(model.resolve("tokenizer.json").toFile())
            .at("/model/vocab")
            .get(token)
            .asInt();
    fill(model, "word_embeddings.weight", id, 1, Float.NaN);
  }

  /** Puts a number into all columns of some rows of the first array whose name ends so. */
  static void fill(Path model, String name, int from, int rows, float value) throws IOException {
    Path weights = model.resolve("model.safetensors");
    try (FileChannel file =
        FileChannel.open(weights, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      int length = (int) read(file, 0, Long.BYTES).getLong(); // safetensors: header, then numbers
      JsonNode header = new ObjectMapper().readTree(read(file, Long.BYTES, length).array());
      JsonNode array =
          header.properties().stream()
              .filter(each -> each.getKey().endsWith(name))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElseThrow();
      long start = array.get("data_offsets").get(0).asLong();
      int width = array.get("shape").size() < 2 ? 1 : array.get("shape").get(1).asInt();
      ByteBuffer filled = ByteBuffer.allocate(rows * width * FLOAT).order(ByteOrder.LITTLE_ENDIAN);
      while (filled.hasRemaining()) {
        filled.putFloat(value);
      }
      file.write(filled.flip(), Long.BYTES + length + start + (long) from * width * FLOAT);
    }
  }

  private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    file.read(bytes, position);
    return bytes.flip();
  }
}
