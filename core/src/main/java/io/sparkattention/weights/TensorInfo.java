package io.sparkattention.weights;

import java.util.Arrays;

/**
 * What a stored tensor is called and what it is made of.
 *
 * @param name the Hugging Face name
 * @param type what its elements are
 * @param shape its dimensions, outermost first; empty for a scalar
 */
public record TensorInfo(String name, ElementType type, long[] shape) {

  /**
   * Checks the dimensions.
   *
   * @throws IllegalArgumentException if one is negative or the tensor has 2^63 bytes or more
   */
  public TensorInfo {
    long bytes = type.bytes();
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "tensor %s has a negative dimension in its shape %s"
                .formatted(name, Arrays.toString(shape)));
      }
      try {
        bytes = Math.multiplyExact(bytes, dimension);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "tensor %s is too large for any file with its shape %s"
                .formatted(name, Arrays.toString(shape)),
            e);
      }
    }
  }

  /** The number of elements. */
  public long elements() {
    return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
  }

  /** The number of bytes of all elements. */
  public long bytes() {
    return elements() * type.bytes();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorInfo that
        && name.equals(that.name)
        && type == that.type
        && Arrays.equals(shape, that.shape);
  }

  @Override
  public int hashCode() {
    return name.hashCode() * 31 + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return "%s %s%s".formatted(name, type, Arrays.toString(shape));
  }
}
