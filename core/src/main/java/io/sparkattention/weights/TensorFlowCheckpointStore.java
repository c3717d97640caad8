package io.sparkattention.weights;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The variables of a TensorFlow checkpoint of BERT, under their Hugging Face names.
 *
 * <p>TensorFlow writes an index, which is a sorted table of LevelDB's format, and shards of raw
 * data. Dense kernels are stored {@code [in, out]} and presented transposed. Every tensor has a
 * checksum, which is compared whenever it is read.
 */
public final class TensorFlowCheckpointStore extends MappedStore {

  /** DataType of tensorflow/core/framework/types.proto. */
  private static final Map<Integer, ElementType> TYPES =
      Map.of(
          1, ElementType.F32,
          2, ElementType.F64,
          3, ElementType.I32,
          4, ElementType.U8,
          6, ElementType.I8,
          9, ElementType.I64,
          10, ElementType.BOOL,
          14, ElementType.BF16,
          19, ElementType.F16);

  private final Map<String, Integer> checksums;

  private TensorFlowCheckpointStore(
      Map<String, StoredTensor> tensors, Map<String, Integer> checksums, List<MappedFile> files) {
    super(tensors, Map.of("format", "tf"), files);
    this.checksums = checksums;
  }

  /**
   * Opens a checkpoint and reads what its variables are.
   *
   * @param index the file that ends in {@code .index}; the shards lie beside it
   * @throws CheckpointException with everything that is wrong with the checkpoint
   * @throws IOException if a file cannot be read
   */
  public static TensorFlowCheckpointStore open(Path index) throws IOException {
    Builder builder = new Builder(index);
    try {
      builder.read();
      CheckpointException.throwIfAny(index, builder.problems);
      return new TensorFlowCheckpointStore(builder.tensors, builder.checksums, builder.files);
    } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
      builder.files.forEach(MappedFile::close);
      throw new CheckpointException(
          index.toString(),
          "it is no readable TensorFlow checkpoint, or is truncated (%s)".formatted(e.getMessage()),
          e);
    } catch (RuntimeException | IOException e) {
      builder.files.forEach(MappedFile::close);
      throw e;
    }
  }

  @Override
  public ByteBuffer bytes(String name) {
    StoredTensor tensor = tensor(name);
    CRC32C crc = new CRC32C();
    crc.update(tensor.file().map(tensor.offset(), tensor.info().bytes()));
    if (SortedTable.masked(crc) != checksums.get(name)) {
      throw new CheckpointException(
          tensor.file().path().toString(),
          List.of(
              "tensor %s has another checksum than the index says: the file is damaged"
                  .formatted(name)));
    }
    return super.bytes(name);
  }

  /** Field numbers are those of tensorflow/core/protobuf/tensor_bundle.proto. */
  private static final class Builder {
    private final Path index;
    private final List<String> problems = new ArrayList<>();
    private final List<MappedFile> files = new ArrayList<>();
    private final Map<Integer, MappedFile> shards = new HashMap<>();
    private final Map<String, StoredTensor> tensors = new TreeMap<>();
    private final Map<String, Integer> checksums = new HashMap<>();
    private int shardCount;

    Builder(Path index) {
      this.index = index;
    }

    void read() throws IOException {
      Map<String, ByteBuffer> entries =
          SortedTable.read(ByteBuffer.wrap(Files.readAllBytes(index)));
      ByteBuffer header = entries.remove("");
      if (header == null) {
        throw new IllegalArgumentException("the index has no header");
      }
      readHeader(new ProtobufReader(header));
      for (int shard = 0; shard < shardCount; shard++) {
        openShard(shard);
      }
      entries.forEach((name, entry) -> readEntry(name, new ProtobufReader(entry)));
    }

    private void readHeader(ProtobufReader header) {
      long endianness = 0;
      for (int field = header.nextField(); field != 0; field = header.nextField()) {
        switch (field) {
          case 1 -> shardCount = Math.toIntExact(header.integer());
          case 2 -> endianness = header.integer();
          default -> header.skip();
        }
      }
      if (endianness != 0) {
        problems.add("it is big-endian; only little-endian checkpoints can be read");
      }
    }

    private void openShard(int shard) throws IOException {
      String prefix = index.getFileName().toString().replaceFirst("\\.index$", "");
      String name = "%s.data-%05d-of-%05d".formatted(prefix, shard, shardCount);
      Path path = index.resolveSibling(name);
      if (Files.isRegularFile(path)) {
        MappedFile file = MappedFile.open(path);
        files.add(file);
        shards.put(shard, file);
      } else {
        problems.add("the shard %s is missing".formatted(name));
      }
    }

    private void readEntry(String variable, ProtobufReader entry) {
      int type = 0;
      long[] shape = {};
      int shard = 0;
      long offset = 0;
      long size = 0;
      int checksum = 0;
      for (int field = entry.nextField(); field != 0; field = entry.nextField()) {
        switch (field) {
          case 1 -> type = (int) entry.integer();
          case 2 -> shape = shape(entry.message());
          case 3 -> shard = (int) entry.integer();
          case 4 -> offset = entry.integer();
          case 5 -> size = entry.integer();
          case 6 -> checksum = (int) entry.integer();
          default -> entry.skip();
        }
      }
      if (!TensorFlowBertNames.isWeight(variable)) {
        return;
      }
      if (!TYPES.containsKey(type)) {
        problems.add("variable %s has the unsupported type %d".formatted(variable, type));
        return;
      }
      TensorInfo stored = new TensorInfo(variable, TYPES.get(type), shape);
      MappedFile file = shards.get(shard);
      if (stored.bytes() != size) {
        problems.add(
            "variable %s needs %d bytes, but has %d".formatted(stored, stored.bytes(), size));
      } else if (file != null && (offset < 0 || offset > file.size() - size)) {
        problems.add(
            "variable %s ends at byte %d, but %s has %d: it is truncated"
                .formatted(variable, offset + size, file.path().getFileName(), file.size()));
      } else if (file != null) {
        add(stored, new StoredTensor(stored, file, offset, StoredTensor.Layout.ROWS), checksum);
      }
    }

    private void add(TensorInfo stored, StoredTensor tensor, int checksum) {
      String name = TensorFlowBertNames.huggingFaceName(stored.name());
      long[] shape = stored.shape();
      StoredTensor.Layout layout = StoredTensor.Layout.ROWS;
      if (stored.name().endsWith("/kernel") && shape.length == 2) {
        shape = new long[] {shape[1], shape[0]};
        layout = StoredTensor.Layout.COLUMNS;
      }
      TensorInfo info = new TensorInfo(name, stored.type(), shape);
      tensors.put(name, new StoredTensor(info, tensor.file(), tensor.offset(), layout));
      checksums.put(name, checksum);
    }

    private static long[] shape(ProtobufReader message) {
      List<Long> dimensions = new ArrayList<>();
      for (int field = message.nextField(); field != 0; field = message.nextField()) {
        if (field == 2) {
          dimensions.add(dimension(message.message()));
        } else {
          message.skip();
        }
      }
      return dimensions.stream().mapToLong(Long::longValue).toArray();
    }

    private static long dimension(ProtobufReader message) {
      long size = 0;
      for (int field = message.nextField(); field != 0; field = message.nextField()) {
        if (field == 1) {
          size = message.integer();
        } else {
          message.skip();
        }
      }
      return size;
    }
  }
}
