package io.sparkattention.tensor;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a scope of native memory holds, its inner scopes included. */
public final class NativeArrays {

  private NativeArrays() {}

  /** Number of open arrays. */
  public static int count(NDManager scope) {
    return under(scope).size();
  }

  /** How many lists of arrays this process holds open: their arrays stay, whoever closed them. */
  public static int lists() {
    return TensorList.open();
  }

  /** Elements of the largest open array. */
  public static long largest(NDManager scope) {
    return under(scope).stream().mapToLong(NDArray::size).max().orElse(0);
  }

  /** The open arrays. */
  public static List<NDArray> under(NDManager scope) {
    List<NDArray> arrays = new ArrayList<>();
    collect(scope, arrays);
    return arrays;
  }

  private static void collect(NDManager scope, List<NDArray> arrays) {
    try {
      Field field = BaseNDManager.class.getDeclaredField("resources");
      field.setAccessible(true);
      for (Object each : List.copyOf(((Map<?, ?>) field.get(scope)).values())) {
        if (each instanceof NDArray array) {
          arrays.add(array);
        } else if (each instanceof NDManager inner) {
          collect(inner, arrays);
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("DJL's managers have changed", e);
    }
  }
}
