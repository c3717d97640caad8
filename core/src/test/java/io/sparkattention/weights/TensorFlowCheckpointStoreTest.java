package io.sparkattention.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a checkpoint of two variables that the test writes; the real one is in KnownModelsTest. */
class TensorFlowCheckpointStoreTest {

  private static final String QUERY = "module/bert/encoder/layer_3/attention/self/query/";

  @TempDir private Path directory;
  private Path index;
  private Path data;

  @BeforeEach
  void write() throws IOException {
    index = directory.resolve("variables.index");
    data = directory.resolve("variables.data-00000-of-00001");
    byte[] bias = floats(7, 8, 9);
    byte[] kernel = floats(1, 2, 3, 4, 5, 6); // [2, 3]: in, out
    Files.write(data, join(bias, kernel));
    byte[] block =
        block(
            entry(0, "", new byte[] {1 << 3, 1}),
            entry(0, QUERY + "bias", variable(0, bias, 3)),
            entry(QUERY.length(), "kernel", variable(bias.length, kernel, 2, 3)),
            entry(0, "module/step", variable(0, bias, 3)));
    Files.write(index, table(block));
  }

  @Test
  void presentsHuggingFacesNamesAndPyTorchsLayout() throws IOException {
    String name = "bert.encoder.layer.3.attention.self.query.";
    try (WeightStore store = TensorFlowCheckpointStore.open(index)) {
      assertThat(store.names()).containsExactly(name + "bias", name + "weight");
      assertThat(store.info(name + "weight").shape()).containsExactly(3, 2);
      float[] values = new float[6];
      store.bytes(name + "weight").asFloatBuffer().get(values);
      assertThat(values).containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(store.bytes(name + "bias").asFloatBuffer().get(2)).isEqualTo(9);
    }
  }

  @Test
  void namesAllPartsOfBert() {
    assertThat(TensorFlowBertNames.huggingFaceName("bert/embeddings/word_embeddings"))
        .isEqualTo("bert.embeddings.word_embeddings.weight");
    assertThat(TensorFlowBertNames.huggingFaceName("bert/embeddings/LayerNorm/gamma"))
        .isEqualTo("bert.embeddings.LayerNorm.weight");
    assertThat(TensorFlowBertNames.huggingFaceName("cls/predictions/output_bias"))
        .isEqualTo("cls.predictions.bias");
    assertThat(TensorFlowBertNames.huggingFaceName("cls/seq_relationship/output_weights"))
        .isEqualTo("cls.seq_relationship.weight");
    assertThat(TensorFlowBertNames.isWeight("bert/pooler/dense/kernel/adam_m")).isFalse();
    assertThat(TensorFlowBertNames.isWeight("global_step")).isFalse();
  }

  @Test
  void noticesDamagedData() throws IOException {
    byte[] bytes = Files.readAllBytes(data);
    bytes[1] ^= 1;
    Files.write(data, bytes);
    try (WeightStore store = TensorFlowCheckpointStore.open(index)) {
      assertThatThrownBy(() -> store.bytes("bert.encoder.layer.3.attention.self.query.bias"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("query.bias has another checksum");
      assertThat(store.bytes("bert.encoder.layer.3.attention.self.query.weight").remaining())
          .isEqualTo(24);
    }
  }

  @Test
  void listsEveryVariableBehindTheEndOfATruncatedShard() throws IOException {
    Files.write(data, new byte[5]);
    CheckpointException e =
        catchThrowableOfType(
            CheckpointException.class, () -> TensorFlowCheckpointStore.open(index));
    assertThat(e.problems())
        .hasSize(2)
        .anyMatch(p -> p.contains("query/bias ends at byte 12") && p.contains("has 5"))
        .anyMatch(p -> p.contains("query/kernel ends at byte 36"));
    Files.delete(data);
    assertThatThrownBy(() -> TensorFlowCheckpointStore.open(index))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("variables.data-00000-of-00001 is missing");
  }

  @Test
  void refusesADamagedIndex() throws IOException {
    byte[] whole = Files.readAllBytes(index);
    for (int length = 0; length < whole.length; length++) {
      Files.write(index, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TensorFlowCheckpointStore.open(index))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(CheckpointException.class);
    }
    byte[] flipped = whole.clone();
    flipped[20] ^= 1;
    Files.write(index, flipped);
    assertThatThrownBy(() -> TensorFlowCheckpointStore.open(index))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("wrong checksum");
  }

  private static byte[] variable(int offset, byte[] data, int... shape) throws IOException {
    ByteArrayOutputStream dimensions = new ByteArrayOutputStream();
    for (int size : shape) {
      dimensions.write(new byte[] {2 << 3 | 2, 2, 1 << 3, (byte) size});
    }
    CRC32C crc = new CRC32C();
    crc.update(data);
    byte[] checksum =
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(masked(crc)).array();
    return join(
        new byte[] {1 << 3, 1, 2 << 3 | 2, (byte) dimensions.size()},
        dimensions.toByteArray(),
        new byte[] {4 << 3, (byte) offset, 5 << 3, (byte) data.length, 6 << 3 | 5},
        checksum);
  }

  private static byte[] table(byte[] block) throws IOException {
    byte[] handle = {0, (byte) block.length};
    if (block.length > 127) {
      handle = new byte[] {0, (byte) (block.length & 0x7F | 0x80), (byte) (block.length >> 7)};
    }
    byte[] index = block(entry(0, "z", handle));
    int indexOffset = block.length + 5;
    byte[] footer = new byte[48];
    ByteBuffer.wrap(footer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {0, 0, (byte) (indexOffset & 0x7F | 0x80), (byte) (indexOffset >> 7)})
        .put((byte) index.length)
        .putLong(40, 0xdb4775248b80fb57L);
    return join(block, trailer(block), index, trailer(index), footer);
  }

  private static byte[] block(byte[]... entries) throws IOException {
    return join(join(entries), new byte[] {0, 0, 0, 0, 1, 0, 0, 0}); // one restart, at 0
  }

  private static byte[] trailer(byte[] block) {
    CRC32C crc = new CRC32C();
    crc.update(block);
    crc.update(0); // not compressed
    return ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN).putInt(1, masked(crc)).array();
  }

  private static byte[] entry(int shared, String key, byte[] value) throws IOException {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return join(new byte[] {(byte) shared, (byte) bytes.length, (byte) value.length}, bytes, value);
  }

  /** As in LevelDB's documentation: rotated right by 15 bits, and a constant added. */
  private static int masked(CRC32C crc) {
    int value = (int) crc.getValue();
    return (value >>> 15 | value << 17) + 0xa282ead8;
  }

  private static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  private static byte[] join(byte[]... parts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.write(part);
    }
    return out.toByteArray();
  }
}
