package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.DroppedKeyOperators;
import io.sparkattention.tensor.DroppedKeyOperators.Dropped;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import io.sparkattention.tensor.SparseOperators.Window;
import io.sparkattention.tensor.Uploads;

/**
 * First tokens and a window, and one more key for what these leave out: the mean of those keys with
 * the mean of their values, counted as often as there are of them. The compensation token of
 * RazorAttention (arXiv:2407.15891). Its weight is that of all the keys it stands for, in equal
 * parts, so that mixing values and multiplying with the weights remain the same.
 */
final class CompensatedWindow extends KernelAttended {

  private final AttentionInput input;
  private final Kernel kernel;

  private CompensatedWindow(AttentionInput input, Kernel kernel) {
    super(input.value(), kernel::attend);
    this.input = input;
    this.kernel = kernel;
  }

  /** Attends to a padded call without a bias. */
  static Attended attend(AttentionInput in, SinkWindowAttention mechanism) {
    return new CompensatedWindow(in, new Kernel(in, mechanism));
  }

  /** What the window gives and what the rest gives. */
  private static final class Kernel {

    private final AttentionInput in;
    private final NDManager held;
    private final Attended near;
    private final Dropped dropped;
    private final NDArray rest; // (B, H, T), logSumExp of the key that stands for the rest

    Kernel(AttentionInput in, SinkWindowAttention mechanism) {
      this.in = in;
      held = in.scope().newSubManager();
      near = mechanism.attend(in.in(held));
      AttentionMask mask = in.mask();
      Window window = WindowSelections.window(mask, mechanism.window(), mechanism.sinks(), 0);
      dropped =
          new Dropped(
              Uploads.of(held, mask.queryOffsets()),
              Uploads.of(held, mask.keyLengths()),
              window,
              mask.direction() == Direction.CAUSAL);
      rest =
          DroppedKeyOperators.on(held)
              .droppedScores(held, in.query(), in.key(), dropped, in.scale());
    }

    Result attend(NDArray values) {
      NDManager scope = in.scope();
      int queries = (int) in.query().getShape().get(2);
      try (NDManager local = scope.newSubManager()) {
        NDArray mixed = values == in.value() ? near.output() : near.mix(values);
        NDArray means = // (B, H, T, C)
            DroppedKeyOperators.on(local)
                .droppedValues(local, values, dropped, in.heads(), queries);
        Result both =
            SparseOperators.on(local)
                .merge(local, new Result(mixed, near.logSumExp()), new Result(means, rest));
        if (values != in.value()) {
          mixed.close();
        }
        NDArray output = AttentionArrays.on(scope).like(scope, both.output(), in.query());
        both.logSumExp().attach(scope);
        return ResultParts.silenced(in, new Result(output, both.logSumExp()));
      }
    }
  }

  @Override
  public NDArray weights(int from, int to) {
    Span rows = new Span(from, to);
    try (NDManager local = input.scope().newSubManager()) {
      NDArray near = kernel.near.weights(from, to); // (B, H, rows, S)
      near.attach(local);
      return DroppedKeyOperators.on(local)
          .spread(
              input.scope(),
              near,
              rows.of(local, kernel.near.logSumExp()),
              rows.of(local, kernel.rest),
              rows.of(local, logSumExp()),
              kernel.dropped,
              from);
    }
  }

  @Override
  public AttentionMoments moments(MomentSums sums) {
    return AttentionMoments.ofRows(input, this, sums);
  }

  @Override
  public void close() {
    super.close();
    kernel.near.close();
    kernel.held.close();
  }
}
