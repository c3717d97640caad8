package io.sparkattention.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tensors that a test made up. */
final class MemoryStore implements WeightStore {

  private final Map<String, TensorInfo> infos = new TreeMap<>();
  private final Map<String, ByteBuffer> bytes = new TreeMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  /** Adds a tensor whose bytes count up from a seed. */
  MemoryStore add(String name, ElementType type, long... shape) {
    TensorInfo info = new TensorInfo(name, type, shape);
    ByteBuffer buffer = buffer(info);
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, (byte) (name.hashCode() + i));
    }
    return put(info, buffer);
  }

  MemoryStore addFloats(String name, float[] values, long... shape) {
    TensorInfo info = new TensorInfo(name, ElementType.F32, shape);
    ByteBuffer buffer = buffer(info);
    buffer.asFloatBuffer().put(values);
    return put(info, buffer);
  }

  MemoryStore put(TensorInfo info, ByteBuffer buffer) {
    infos.put(info.name(), info);
    bytes.put(info.name(), buffer);
    return this;
  }

  MemoryStore describe(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  static ByteBuffer buffer(TensorInfo info) {
    return ByteBuffer.allocateDirect((int) info.bytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public Set<String> names() {
    return infos.keySet();
  }

  @Override
  public TensorInfo info(String name) {
    return infos.get(name);
  }

  @Override
  public ByteBuffer bytes(String name) {
    return bytes.get(name).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "memory";
  }
}
