package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.Span;
import java.util.function.Function;

/** What a mechanism attended to that reads every visible key of a padded call. */
final class FullAttended implements Attended {

  private final AttentionInput input;
  private final Function<NDArray, Result> kernel;
  private final Result result;

  /**
   * @param kernel attends with the input's queries and keys to the values it is given
   */
  FullAttended(AttentionInput input, Function<NDArray, Result> kernel) {
    this.input = input;
    this.kernel = kernel;
    result = kernel.apply(input.value());
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
    NDManager scope = input.scope();
    Span keys = new Span(0, (int) input.key().getShape().get(2));
    try (NDManager local = scope.newSubManager()) {
      NDIndex rows = new NDIndex(":, :, {}:{}", from, to);
      NDArray q = input.query().get(local, rows); // (B, H, rows, D)
      NDArray lse = logSumExp().get(local, rows); // (B, H, rows)
      NDArray mask = AdditiveMask.of(input, local, new Span(from, to), keys);
      return AttentionArrays.on(scope).weights(scope, q, input.key(), lse, mask, input.scale());
    }
  }

  @Override
  public AttentionMoments moments(NDArray columns) {
    return FullMoments.of(input, logSumExp(), columns);
  }

  @Override
  public void close() {
    result.close();
  }
}
