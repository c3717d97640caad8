package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import io.sparkattention.tensor.AttentionOperators.Result;
import java.util.function.Function;

/** What was attended to by a kernel that takes any values, asked once for those of the input. */
abstract class KernelAttended implements Attended {

  private final Function<NDArray, Result> kernel;
  private final Result result;

  /**
   * @param values of the input
   * @param kernel attends with the input's queries and keys to the values it is given
   */
  KernelAttended(NDArray values, Function<NDArray, Result> kernel) {
    this(kernel.apply(values), kernel);
  }

  /**
   * @param result of the values of the input; closed with this
   */
  KernelAttended(Result result, Function<NDArray, Result> kernel) {
    this.kernel = kernel;
    this.result = result;
  }

  @Override
  public final NDArray output() {
    return result.output();
  }

  @Override
  public final NDArray logSumExp() {
    return result.logSumExp();
  }

  @Override
  public final NDArray mix(NDArray values) {
    Result mixed = kernel.apply(values);
    mixed.logSumExp().close();
    return mixed.output();
  }

  @Override
  public void close() {
    result.close();
  }
}
