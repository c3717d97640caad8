package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Operators of libtorch that DJL's array API lacks, written as TorchScript source in a resource and
 * loaded on one device. Methods are called by name; several threads may call at once.
 */
public final class TorchScript implements AutoCloseable {

  private final Model model;
  private final PtSymbolBlock block;

  private TorchScript(byte[] archive, Device device) {
    model = Model.newInstance("operators", device, TorchEngine.NAME);
    try {
      model.load(new ByteArrayInputStream(archive));
    } catch (IOException e) {
      model.close();
      throw new UncheckedIOException(e);
    } catch (MalformedModelException e) {
      model.close();
      throw new IllegalStateException(e);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    block = (PtSymbolBlock) model.getBlock();
  }

  /**
   * Loads the methods of a resource.
   *
   * @param resource such as {@code layers.torchscript}, beside this class
   * @param substitutions text to put in place of {@code ${name}}
   * @throws ai.djl.engine.EngineException if this libtorch lacks an operator that they call
   */
  public static TorchScript load(
      String resource, Map<String, String> substitutions, Device device) {
    return load(List.of(resource), substitutions, device);
  }

  /** As above, from several resources whose methods call one another. */
  static TorchScript load(
      List<String> resources, Map<String, String> substitutions, Device device) {
    return new TorchScript(ScriptArchive.ofResources(resources, substitutions), device);
  }

  /**
   * Calls a method.
   *
   * @param scope owns the results
   * @param method the method's name
   * @param arguments {@link NDArray}, {@link TensorList}, {@code Long}, {@code Integer}, {@code
   *     Double}, {@code Boolean} or {@code long[]}, in the order of the method's parameters
   * @return the result, or the members of the resulting tuple
   */
  public NDList call(NDManager scope, String method, Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = valueOf(arguments[i]);
      }
      try (IValue result = IValueUtils.runMethod(block, method, values)) {
        return result.toNDList((PtNDManager) scope);
      }
    } finally {
      for (int i = 0; i < values.length; i++) {
        if (values[i] != null && !(arguments[i] instanceof TensorList)) {
          values[i].close();
        }
      }
    }
  }

  private static IValue valueOf(Object argument) {
    if (argument instanceof PtNDArray array) {
      return IValue.from(array);
    }
    if (argument instanceof TensorList list) {
      return list.value();
    }
    if (argument instanceof Long || argument instanceof Integer) {
      return IValue.from(((Number) argument).longValue());
    }
    if (argument instanceof Double number) {
      return IValue.from(number);
    }
    if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    }
    if (argument instanceof long[] numbers) {
      return IValue.listFrom(numbers);
    }
    throw new IllegalArgumentException("cannot be passed to a script: " + argument);
  }

  @Override
  public void close() {
    model.close();
  }
}
