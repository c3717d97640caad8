package io.sparkattention.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Writes a store as one safetensors file, one tensor after another. */
public final class SafetensorsWriter {

  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes all tensors of a store, and what it says about itself.
   *
   * @param target the file, which must not exist
   */
  public static void write(WeightStore store, Path target) throws IOException {
    List<TensorInfo> tensors =
        store.names().stream()
            .map(store::info)
            .sorted( // wide elements first, so that every tensor is aligned
                Comparator.comparingInt((TensorInfo info) -> -info.type().bytes())
                    .thenComparing(TensorInfo::name))
            .toList();
    byte[] header = header(tensors, store.metadata());
    try (FileChannel channel =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      writeAll(channel, length.putLong(header.length).flip());
      writeAll(channel, ByteBuffer.wrap(header));
      for (TensorInfo info : tensors) {
        writeAll(channel, store.bytes(info.name()));
      }
      channel.force(true);
    }
  }

  private static byte[] header(List<TensorInfo> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode header = json.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode node = header.putObject(SafetensorsHeader.METADATA);
      metadata.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(entry -> node.put(entry.getKey(), entry.getValue()));
    }
    long offset = 0;
    for (TensorInfo info : tensors) {
      ObjectNode node = header.putObject(info.name());
      node.put("dtype", info.type().name());
      ArrayNode shape = node.putArray("shape");
      Arrays.stream(info.shape()).forEach(shape::add);
      node.putArray("data_offsets").add(offset).add(offset + info.bytes());
      offset += info.bytes();
    }
    byte[] bytes = json.writeValueAsBytes(header);
    int padded = (bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] aligned = Arrays.copyOf(bytes, padded);
    Arrays.fill(aligned, bytes.length, padded, (byte) ' ');
    return aligned;
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
