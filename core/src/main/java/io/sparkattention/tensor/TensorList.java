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

  private final IValue list;

  /** Binds the arrays, in their order. */
  public TensorList(List<NDArray> arrays) {
    list = IValue.listFrom(arrays.stream().map(a -> (PtNDArray) a).toArray(PtNDArray[]::new));
  }

  IValue value() {
    return list;
  }

  @Override
  public void close() {
    list.close();
  }
}
