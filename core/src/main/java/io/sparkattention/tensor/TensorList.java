package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Arrays bound once as a {@code List[Tensor]} argument of a {@link TorchScript}, such as the
 * weights of a layer. It does not own the arrays, but their memory stays as long as the native list
 * is open.
 */
public final class TensorList implements AutoCloseable {

  private static final AtomicInteger OPEN = new AtomicInteger();

  private final List<NDArray> arrays;
  private final IValue list;
  private boolean closed;

  /** Binds the arrays, in their order. */
  public TensorList(List<NDArray> arrays) {
    this.arrays = List.copyOf(arrays);
    list = IValue.listFrom(arrays.stream().map(a -> (PtNDArray) a).toArray(PtNDArray[]::new));
    OPEN.incrementAndGet();
  }

  /** How many of this process are open. */
  static int open() {
    return OPEN.get();
  }

  /** The arrays, in their order. */
  public List<NDArray> arrays() {
    return arrays;
  }

  IValue value() {
    return list;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      OPEN.decrementAndGet();
      list.close();
    }
  }
}
