package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import io.sparkattention.tensor.AttentionOperators.Result;
import java.util.function.Function;

/** What a mechanism attended to that reads every key of each sequence of a packed batch. */
final class PackedAttended implements Attended {

  private final Function<NDArray, Result> kernel;
  private final Result result;

  /**
   * @param values of the input
   * @param kernel attends with the input's queries and keys to the values it is given
   */
  PackedAttended(NDArray values, Function<NDArray, Result> kernel) {
    this.kernel = kernel;
    result = kernel.apply(values);
  }

  @Override
  public NDArray output() {
    return result.output();
  }

  @Override
  public NDArray logSumExp() {
    return result.logSumExp();
  }

  @Override
  public NDArray mix(NDArray values) {
    Result mixed = kernel.apply(values);
    mixed.logSumExp().close();
    return mixed.output();
  }

  @Override
  public NDArray weights(int from, int to) {
    throw packed("weights");
  }

  @Override
  public AttentionMoments moments(NDArray columns) {
    throw packed("moments");
  }

  private static IllegalStateException packed(String what) {
    return new IllegalStateException(
        what + " of a packed input were asked for: attend to AttentionInput.padded() instead");
  }

  @Override
  public void close() {
    result.close();
  }
}
