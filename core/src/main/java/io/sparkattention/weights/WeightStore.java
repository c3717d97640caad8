package io.sparkattention.weights;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a checkpoint, by Hugging Face name, in PyTorch's layout whatever the file's own.
 *
 * <p>Linear weights are {@code [out, in]}. Stores are safe for use by several threads. Closing one
 * closes its files; buffers that were handed out stay readable until they are collected.
 */
public interface WeightStore extends AutoCloseable {

  /** The names of all tensors, sorted. */
  Set<String> names();

  /**
   * What the tensor of that name is made of.
   *
   * @throws IllegalArgumentException if there is no such tensor
   */
  TensorInfo info(String name);

  /**
   * The elements of a tensor in row-major order: a direct, read-only, little-endian buffer, mapped
   * from the file where the file's layout is PyTorch's.
   *
   * @throws IllegalArgumentException if there is no such tensor
   * @throws CheckpointException if the tensor has 2 GiB or more, or its checksum is wrong
   */
  ByteBuffer bytes(String name);

  /** What the file says about itself. */
  Map<String, String> metadata();

  @Override
  void close();
}
