package io.sparkattention.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Turns stored tensors into float32 arrays, a block of rows at a time.
 *
 * <p>Reduced precision is widened here, in Java: a bfloat16 array made through DJL aborts the JVM.
 */
final class FloatArrays {

  /** Elements that are converted at once: 16 MiB of float32. */
  private static final int BLOCK = 1 << 22;

  private FloatArrays() {}

  static NDArray create(NDManager manager, WeightStore store, String name) {
    TensorInfo info = store.info(name);
    if (!info.type().isFloat()) {
      throw new IllegalArgumentException(
          "%s holds no floating-point numbers, which are F64, F32, F16 or BF16".formatted(info));
    }
    Shape shape = new Shape(info.shape());
    if (info.elements() == 0) {
      return manager.create(shape, DataType.FLOAT32);
    }
    ByteBuffer stored = store.bytes(name);
    long rows = info.shape().length == 0 ? 1 : info.shape()[0];
    long columns = info.elements() / rows;
    long step = Math.max(1, BLOCK / columns);
    if (step >= rows) {
      return block(manager, info.type(), stored, rows * columns, shape);
    }
    NDArray array = manager.create(shape, DataType.FLOAT32);
    for (long row = 0; row < rows; row += step) {
      long end = Math.min(rows, row + step);
      Shape part = new Shape(end - row).addAll(shape.slice(1));
      try (NDArray block = block(manager, info.type(), stored, (end - row) * columns, part)) {
        array.set(new NDIndex("{}:{}", row, end), block);
      }
    }
    return array;
  }

  /** An array of the next elements, which are taken from the buffer. */
  private static NDArray block(
      NDManager manager, ElementType type, ByteBuffer stored, long elements, Shape shape) {
    int size = Math.toIntExact(elements * type.bytes());
    ByteBuffer part = stored.slice(stored.position(), size).order(ByteOrder.LITTLE_ENDIAN);
    stored.position(stored.position() + size);
    ByteBuffer floats = type == ElementType.F32 ? part : widened(type, part);
    try (NDArray view = manager.create(floats, shape, DataType.FLOAT32)) {
      return view.duplicate(); // memory of its own: the view's is Java's, or the file's
    }
  }

  private static ByteBuffer widened(ElementType type, ByteBuffer part) {
    int elements = part.remaining() / type.bytes();
    ByteBuffer floats =
        ByteBuffer.allocateDirect(elements * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      floats.putFloat(
          switch (type) {
            case F64 -> (float) part.getDouble();
            case F16 -> halfToFloat(part.getShort());
            case BF16 -> Float.intBitsToFloat(part.getShort() << 16);
            default -> throw new IllegalArgumentException(type + " cannot be widened");
          });
    }
    return floats.flip();
  }

  /** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits. */
  static float halfToFloat(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >>> 10) & 0x1F;
    int fraction = half & 0x3FF;
    if (exponent == 0) { // zero and subnormal: fraction times 2^-24
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int bits = exponent == 0x1F ? 0x7F800000 : (exponent + 112) << 23;
    return Float.intBitsToFloat(sign | bits | fraction << 13);
  }
}
