package io.sparkattention.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of a protobuf message one after another.
 *
 * <p>Enough of the wire format for the few messages that checkpoints are described in; a schema
 * compiler and its runtime would be more than the reading. Malformed input throws {@link
 * java.nio.BufferUnderflowException} or {@link IllegalArgumentException}.
 */
final class ProtobufReader {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer buffer;
  private int wireType;

  /** Reads from the buffer's position to its limit. */
  ProtobufReader(ByteBuffer buffer) {
    this.buffer = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The number of the next field, 0 at the end; its value must be read or skipped. */
  int nextField() {
    if (!buffer.hasRemaining()) {
      return 0;
    }
    long key = readVarint();
    wireType = (int) (key & 7);
    int field = (int) (key >>> 3);
    if (field == 0) {
      throw new IllegalArgumentException("field number 0");
    }
    return field;
  }

  /** An integer; fixed-width ones are read as they stand. */
  long integer() {
    return switch (wireType) {
      case VARINT -> readVarint();
      case FIXED64 -> buffer.getLong();
      case FIXED32 -> Integer.toUnsignedLong(buffer.getInt());
      default -> throw new IllegalArgumentException("wire type " + wireType + " for an integer");
    };
  }

  /** The bytes of a message, string, bytes or packed field; their position is the file's. */
  ByteBuffer bytes() {
    if (wireType != DELIMITED) {
      throw new IllegalArgumentException("wire type " + wireType + " for bytes");
    }
    long length = readVarint();
    if (length < 0 || length > buffer.remaining()) {
      throw new IllegalArgumentException(
          "a field of %s bytes where %d are left"
              .formatted(Long.toUnsignedString(length), buffer.remaining()));
    }
    ByteBuffer bytes = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    bytes.limit(buffer.position() + (int) length);
    buffer.position(bytes.limit());
    return bytes;
  }

  ProtobufReader message() {
    return new ProtobufReader(bytes());
  }

  String string() {
    return StandardCharsets.UTF_8.decode(bytes()).toString();
  }

  /** Whether the current field is a run of values rather than one. */
  boolean isPacked() {
    return wireType == DELIMITED;
  }

  /** Where reading goes on in the buffer. */
  int position() {
    return buffer.position();
  }

  boolean hasRemaining() {
    return buffer.hasRemaining();
  }

  void skip() {
    if (wireType == DELIMITED) {
      bytes();
    } else {
      integer();
    }
  }

  /** An integer of variable length, without a key before it. */
  long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = buffer.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("an integer of more than ten bytes");
  }
}
