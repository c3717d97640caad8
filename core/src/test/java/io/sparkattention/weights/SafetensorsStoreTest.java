package io.sparkattention.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsStoreTest {

  @TempDir private Path directory;

  @Test
  void readsWhatWasWritten() throws IOException {
    MemoryStore written = new MemoryStore().describe("format", "pt");
    for (ElementType type : ElementType.values()) {
      written.add("tensor." + type, type, 3, 5);
    }
    written.add("scalar", ElementType.F32).add("empty", ElementType.F16, 0, 7);
    Path file = directory.resolve("model.safetensors");
    SafetensorsWriter.write(written, file);
    try (WeightStore store = SafetensorsStore.open(file)) {
      assertThat(store.names()).isEqualTo(written.names());
      assertThat(store.metadata()).containsEntry("format", "pt");
      for (String name : store.names()) {
        assertThat(store.info(name)).isEqualTo(written.info(name));
        assertThat(store.bytes(name)).isEqualTo(written.bytes(name));
        assertThat(store.bytes(name).isReadOnly()).isTrue();
        assertThat(store.bytes(name).isDirect()).isTrue();
        assertThat(store.bytes(name).order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      }
      assertThatThrownBy(() -> store.info("other"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no tensor other")
          .hasMessageContaining("scalar");
    }
    assertThatThrownBy(() -> SafetensorsWriter.write(written, file))
        .isInstanceOf(IOException.class);
  }

  @Test
  void readsBehindTwoGibibytes() throws IOException {
    Path file = directory.resolve("sparse.safetensors");
    long gap = 1_600_000_000L; // three such tensors, holes in the file
    String header =
        """
        {"a":{"dtype":"U8","shape":[%1$d],"data_offsets":[0,%1$d]},
         "b":{"dtype":"U8","shape":[%1$d],"data_offsets":[%1$d,%2$d]},
         "c":{"dtype":"F32","shape":[2],"data_offsets":[%2$d,%3$d]}}\
        """
            .formatted(gap, 2 * gap, 2 * gap + 8);
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    write(file, json.length, header);
    long data = Long.BYTES + json.length;
    try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
      random.setLength(data + 2 * gap + 8);
      random.seek(data + 2 * gap - 1);
      random.write(new byte[] {42, 0, 0, (byte) 0x80, 0x3F, 0, 0, 0, 0x40}); // 1f, 2f
    }
    try (WeightStore store = SafetensorsStore.open(file)) {
      assertThat(store.bytes("b").get((int) gap - 1)).isEqualTo((byte) 42);
      assertThat(store.bytes("c").getFloat(0)).isEqualTo(1f);
      assertThat(store.bytes("c").getFloat(4)).isEqualTo(2f);
    }
  }

  @Test
  void refusesATensorOfTwoGibibytes() throws IOException {
    Path file = directory.resolve("large.safetensors");
    long size = 1L << 31;
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[%1$d],\"data_offsets\":[0,%1$d]}}".formatted(size);
    write(file, header.length(), header);
    try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
      random.setLength(Long.BYTES + header.length() + size);
    }
    try (WeightStore store = SafetensorsStore.open(file)) {
      assertThatThrownBy(() -> store.bytes("a"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("2147483648 bytes");
    }
  }

  @Test
  void listsEverythingThatIsWrong() throws IOException {
    List<String> problems =
        problems(
            """
            {"overlapping":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},
             "first":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
             "small":{"dtype":"F32","shape":[9],"data_offsets":[12,16]},
             "strange":{"dtype":"Q4","shape":[2],"data_offsets":[16,20]},
             "negative":{"dtype":"F32","shape":[-1],"data_offsets":[20,24]},
             "reversed":{"dtype":"F32","shape":[1],"data_offsets":[24,20]},
             "bare":{"dtype":"F32"},
             "huge":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[24,28]},
             "beyond":{"dtype":"F32","shape":[1],"data_offsets":[400,404]}}\
            """,
            40);
    assertThat(problems)
        .anyMatch(p -> p.contains("overlapping overlaps tensor first"))
        .anyMatch(p -> p.contains("small F32[9] needs 36 bytes, but its data_offsets hold 4"))
        .anyMatch(p -> p.contains("strange has the unknown dtype \"Q4\""))
        .anyMatch(p -> p.contains("negative has no valid shape: [-1]"))
        .anyMatch(p -> p.contains("reversed has no valid data_offsets: [24,20]"))
        .anyMatch(p -> p.contains("bare has no valid shape"))
        .anyMatch(p -> p.contains("bare has no valid data_offsets"))
        .anyMatch(p -> p.contains("huge is too large"))
        .anyMatch(p -> p.contains("unused bytes lie between"))
        .anyMatch(p -> p.contains("beyond ends at byte 404 of the data, but the file has 40"));
    assertThat(problems).hasSize(10);
  }

  @Test
  void refusesDuplicatesAndBytesBehindTheData() throws IOException {
    String entry = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
    assertThat(problems("{\"a\":" + entry + ",\"a\":" + entry + "}", 4))
        .singleElement()
        .asString()
        .contains("Duplicate field 'a'");
    assertThat(problems("{\"a\":" + entry + "}", 6))
        .containsExactly("2 unused bytes lie behind tensor a");
    assertThat(problems("[1]", 0)).containsExactly("the header is no JSON object");
    assertThat(problems("{\"a\":", 0)).singleElement().asString().contains("no valid JSON");
  }

  @Test
  void refusesAFileThatIsTruncatedAnywhere() throws IOException {
    MemoryStore written =
        new MemoryStore().add("a", ElementType.F32, 4).add("b", ElementType.I8, 5);
    Path file = directory.resolve("whole.safetensors");
    SafetensorsWriter.write(written, file);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Path part = directory.resolve("part.safetensors");
      Files.write(part, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafetensorsStore.open(part))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("truncated");
    }
  }

  @Test
  void refusesAFileOfAnotherKind() throws IOException {
    Path file = directory.resolve("text.safetensors");
    Files.writeString(file, "version https://git-lfs.github.com/spec/v1\n");
    assertThatThrownBy(() -> SafetensorsStore.open(file))
        .hasMessageContaining("is this a safetensors file?");
  }

  @Test
  void readsShards() throws IOException {
    writeShards();
    try (WeightStore store = WeightStores.open(directory)) {
      assertThat(store).isInstanceOf(ShardedSafetensorsStore.class);
      assertThat(store.names()).containsExactly("a", "b", "c");
      assertThat(store.bytes("c").remaining()).isEqualTo(12);
      assertThat(store.metadata()).containsEntry("total_size", "24");
    }
  }

  @Test
  void listsEveryProblemOfShards() throws IOException {
    writeShards();
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        """
        {"weight_map":{"a":"one.safetensors","b":"two.safetensors","d":"two.safetensors",
                       "e":"gone.safetensors","f":"../f.safetensors"}}
        """);
    try (FileChannel channel =
        FileChannel.open(directory.resolve("one.safetensors"), StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    CheckpointException e =
        catchThrowableOfType(CheckpointException.class, () -> WeightStores.open(directory));
    assertThat(e.problems())
        .anyMatch(p -> p.contains("../f.safetensors does not lie beside the index"))
        .anyMatch(p -> p.contains("gone.safetensors is missing"))
        .anyMatch(p -> p.contains("one.safetensors: tensor") && p.contains("truncated"))
        .anyMatch(p -> p.contains("one.safetensors: holds tensor b"))
        .anyMatch(p -> p.contains("two.safetensors: lacks tensor b"))
        .anyMatch(p -> p.contains("two.safetensors: lacks tensor d"))
        .anyMatch(p -> p.contains("two.safetensors: holds tensor c"))
        .hasSize(7);
    Files.writeString(directory.resolve("model.safetensors.index.json"), "{}");
    assertThatThrownBy(() -> WeightStores.open(directory)).hasMessageContaining("weight_map");
    Files.writeString(directory.resolve("model.safetensors.index.json"), "{");
    assertThatThrownBy(() -> WeightStores.open(directory)).hasMessageContaining("no valid JSON");
  }

  private void writeShards() throws IOException {
    SafetensorsWriter.write(
        new MemoryStore().add("a", ElementType.F32, 2).add("b", ElementType.F16, 2),
        directory.resolve("one.safetensors"));
    SafetensorsWriter.write(
        new MemoryStore().add("c", ElementType.F32, 3), directory.resolve("two.safetensors"));
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        """
        {"metadata":{"total_size":24},
         "weight_map":{"a":"one.safetensors","b":"one.safetensors","c":"two.safetensors"}}
        """);
  }

  private List<String> problems(String header, int data) throws IOException {
    Path file = directory.resolve("wrong.safetensors");
    write(file, header.getBytes(StandardCharsets.UTF_8).length, header + "\0".repeat(data));
    return catchThrowableOfType(CheckpointException.class, () -> SafetensorsStore.open(file))
        .problems();
  }

  private static void write(Path file, long length, String rest) throws IOException {
    byte[] bytes = rest.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all = ByteBuffer.allocate(Long.BYTES + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, all.putLong(length).put(bytes).array());
  }
}
