package io.sparkattention.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A sorted table in LevelDB's file format, read whole.
 *
 * <p>A footer points to an index block, whose values point to data blocks. In a block, a key shares
 * a prefix with the key before it. Described in <a
 * href="https://github.com/google/leveldb/blob/main/doc/table_format.md">table_format.md</a>.
 */
final class SortedTable {

  private static final int FOOTER = 48;
  private static final long MAGIC = 0xdb4775248b80fb57L;

  private SortedTable() {}

  /** The values by key; malformed tables throw {@link IllegalArgumentException} or underflow. */
  static Map<String, ByteBuffer> read(ByteBuffer table) {
    ByteBuffer file = table.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (file.limit() < FOOTER || file.getLong(file.limit() - Long.BYTES) != MAGIC) {
      throw new IllegalArgumentException("the index does not end like a sorted table");
    }
    ProtobufReader footer = reader(file, file.limit() - FOOTER, FOOTER);
    footer.readVarint(); // the block of block statistics: offset
    footer.readVarint(); // and size
    Map<String, ByteBuffer> blocks = readBlock(file, footer.readVarint(), footer.readVarint());
    Map<String, ByteBuffer> entries = new TreeMap<>();
    for (ByteBuffer handle : blocks.values()) {
      ProtobufReader reader = new ProtobufReader(handle);
      entries.putAll(readBlock(file, reader.readVarint(), reader.readVarint()));
    }
    return entries;
  }

  /** LevelDB stores checksums rotated and shifted. */
  static int masked(CRC32C crc) {
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  private static Map<String, ByteBuffer> readBlock(ByteBuffer file, long offset, long size) {
    int start = Math.toIntExact(offset);
    int length = Math.toIntExact(size);
    CRC32C crc = new CRC32C();
    crc.update(file.slice(start, length + 1));
    if (masked(crc) != file.getInt(start + length + 1)) {
      throw new IllegalArgumentException("a block of the index has a wrong checksum");
    }
    if (file.get(start + length) != 0) {
      throw new IllegalArgumentException("the index is compressed, which is not supported");
    }
    ByteBuffer block = file.slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
    int restarts = block.getInt(length - Integer.BYTES);
    int end = length - Integer.BYTES * (restarts + 1);
    Map<String, ByteBuffer> entries = new TreeMap<>();
    byte[] key = {};
    block.limit(end);
    while (block.hasRemaining()) {
      int shared = varint(block);
      int added = varint(block);
      int valueLength = varint(block);
      byte[] next = new byte[shared + added];
      System.arraycopy(key, 0, next, 0, shared);
      block.get(next, shared, added);
      key = next;
      ByteBuffer value = block.slice(block.position(), valueLength);
      block.position(block.position() + valueLength);
      entries.put(new String(key, StandardCharsets.UTF_8), value);
    }
    return entries;
  }

  private static int varint(ByteBuffer block) {
    ProtobufReader reader = new ProtobufReader(block);
    int value = Math.toIntExact(reader.readVarint());
    block.position(reader.position());
    return value;
  }

  private static ProtobufReader reader(ByteBuffer file, int offset, int length) {
    return new ProtobufReader(file.slice(offset, length));
  }
}
