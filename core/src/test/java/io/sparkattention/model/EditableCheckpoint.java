package io.sparkattention.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/** A copy of a golden checkpoint that a test damages. */
public final class EditableCheckpoint {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  private EditableCheckpoint(Path directory) {
    this.directory = directory;
  }

  /** Copies a golden checkpoint into an empty directory. */
  static EditableCheckpoint copy(String name, Path into) {
    return copy(Golden.directory(name), into);
  }

  /** Copies a directory into an empty one. */
  public static EditableCheckpoint copy(Path from, Path into) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = into.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
      return new EditableCheckpoint(into);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path directory() {
    return directory;
  }

  EditableCheckpoint write(String file, String content) {
    try {
      Files.createDirectories(directory.resolve(file).getParent());
      Files.writeString(directory.resolve(file), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  EditableCheckpoint delete(String file) {
    try {
      Files.delete(directory.resolve(file));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps only the first bytes of a file. */
  EditableCheckpoint truncate(String file, int bytes) {
    try {
      byte[] content = Files.readAllBytes(directory.resolve(file));
      Files.write(directory.resolve(file), Arrays.copyOf(content, bytes));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Edits an object of a JSON file. */
  public EditableCheckpoint edit(String file, Consumer<ObjectNode> change) {
    try {
      ObjectNode node = (ObjectNode) JSON.readTree(directory.resolve(file).toFile());
      change.accept(node);
      return write(file, JSON.writeValueAsString(node));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One tensor of a safetensors file. */
  public static final class Tensor {
    long[] shape;
    byte[] bytes;

    /** A new one, filled from places in the order of rows. */
    public static Tensor of(IntToDoubleFunction value, int... shape) {
      Tensor tensor = new Tensor();
      tensor.shape = Arrays.stream(shape).asLongStream().toArray();
      tensor.bytes = new byte[Arrays.stream(shape).reduce(Float.BYTES, (a, b) -> a * b)];
      tensor.fill(value);
      return tensor;
    }

    /** Another one of the same shape whose elements are reversed. */
    public Tensor reversed() {
      Tensor other = new Tensor();
      other.shape = shape.clone();
      other.bytes = new byte[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        int element = bytes.length / Float.BYTES - 1 - i / Float.BYTES;
        other.bytes[i] = bytes[element * Float.BYTES + i % Float.BYTES];
      }
      return other;
    }

    public void fill(float value) {
      fill(index -> value);
    }

    /** Sets every element, from its place in the order of rows. */
    public void fill(IntToDoubleFunction value) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; buffer.hasRemaining(); i++) {
        buffer.putFloat((float) value.applyAsDouble(i));
      }
    }
  }

  /** Edits the tensors of {@code model.safetensors}, all float32. */
  public EditableCheckpoint weights(Consumer<Map<String, Tensor>> change) {
    Path file = directory.resolve("model.safetensors");
    try {
      ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] header = new byte[(int) all.getLong()];
      all.get(header);
      int start = all.position();
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      JSON.readTree(header)
          .properties()
          .forEach(
              each -> {
                if (!each.getKey().equals("__metadata__")) {
                  Tensor tensor = new Tensor();
                  tensor.shape = JSON.convertValue(each.getValue().path("shape"), long[].class);
                  int from = each.getValue().path("data_offsets").path(0).asInt();
                  int to = each.getValue().path("data_offsets").path(1).asInt();
                  tensor.bytes = new byte[to - from];
                  all.get(start + from, tensor.bytes);
                  tensors.put(each.getKey(), tensor);
                }
              });
      change.accept(tensors);
      Files.write(file, safetensors(tensors));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] safetensors(Map<String, Tensor> tensors) throws IOException {
    ObjectNode header = JSON.createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tensors.forEach(
        (name, tensor) -> {
          ObjectNode entry = header.putObject(name);
          entry.put("dtype", "F32");
          entry.set("shape", JSON.valueToTree(tensor.shape));
          entry.set(
              "data_offsets",
              JSON.valueToTree(List.of(data.size(), data.size() + tensor.bytes.length)));
          data.writeBytes(tensor.bytes);
        });
    byte[] text = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data.toByteArray())
        .array();
  }

  /** Loads it as it is now. */
  LoadedModel load() {
    return load(ModelSpec.of("damaged"));
  }

  LoadedModel load(ModelSpec spec) {
    return LoadedModel.load(directory, spec, Golden.POOL);
  }
}
