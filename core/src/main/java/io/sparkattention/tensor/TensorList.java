package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * Arrays bound once as a {@code List[Tensor]} argument of a {@link TorchScript}, such as the
 * weights of a layer. It does not own the arrays, only the native list.
 */
public final class TensorList implements AutoCloseable {

  private final List<NDArray> arrays;
  private final IValue list;

  /** Binds the arrays, in their order. */
  public TensorList(List<NDArray> arrays) {
    this.arrays = List.copyOf(arrays);
    list = IValue.listFrom(arrays.stream().map(a -> (PtNDArray) a).toArray(PtNDArray[]::new));
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
    list.close();
  }
}
