package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.LinearOperators.Reach;
import io.sparkattention.tensor.QueryOperators;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.List;

/**
 * Only the queries whose scores stand out attend; all others read the mean of the values. Informer
 * (arXiv:2012.07436). How far the highest score of a query is above its mean score is estimated on
 * as many random keys as queries attend: factor · ln n of n.
 *
 * <p>In a causal model the others read the mean of what they may read, not its sum as in the paper,
 * so that every row sums to 1; and no sampled key after a query counts.
 */
@Described(
    summary = "Queries whose scores stand out attend, the others read the mean",
    source = "Informer, arXiv:2012.07436",
    operatorOnly = true)
public record ProbSparseAttention(
    @Default(value = "5", means = "queries that attend, and keys they are chosen by, per ln n")
        int factor,
    @Default(value = "0", means = "of the sample of keys, with the layer's number") long seed)
    implements Attention {

  public ProbSparseAttention {
    new OptionCheck().atLeast(1, "factor", factor).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return shape.positionBias()
        ? List.of(
            "prob-sparse ranks queries by scores without the model's position bias: use dense or"
                + " window-global")
        : List.of();
  }

  @Override
  public Weighting weighting() {
    return Weighting.NORMALIZED;
  }

  @Override
  public Attended attend(AttentionInput in) {
    NDManager held = in.scope().newSubManager();
    QueryOperators operators = QueryOperators.on(held);
    Reach reach = Reaches.of(held, in.mask());
    NDArray index = active(in, held, reach); // (B, H, N)
    NDArray query = operators.rows(held, in.query(), index); // (B, H, N, D)
    int keys = (int) in.key().getShape().get(2);
    NDArray mask = operators.mask(held, in.query(), index, reach, keys); // (B, 1 or H, 1 or N, S)
    AttentionOperators fused = AttentionOperators.on(held.getDevice());
    Result some = // (B, H, N, D) and (B, H, N)
        fused.attendMasked(held, query, in.key(), in.value(), mask, in.scale());
    return new ImpliedAttended(
        in,
        weighting(),
        held,
        values -> {
          try (NDManager local = in.scope().newSubManager()) {
            Result mixed =
                values == in.value()
                    ? some
                    : fused.attendMasked(local, query, in.key(), values, mask, in.scale());
            return ResultParts.silenced(
                in, operators.replaced(in.scope(), in.query(), values, index, mixed, reach));
          }
        },
        (scope, span, sums) -> {
          NDArray weights = // (B, H, N, S)
              AttentionArrays.on(scope)
                  .weights(scope, query, in.key(), some.logSumExp(), mask, in.scale());
          return operators.replacedRows(scope, in.query(), index, weights, reach, span);
        });
  }

  /** The queries that attend, as many as the longest sequence has; T where there are fewer. */
  private NDArray active(AttentionInput in, NDManager held, Reach reach) {
    QueryOperators operators = QueryOperators.on(held);
    long[] drawn = Arrays.stream(in.mask().keyLengths()).mapToLong(this::count).toArray();
    long[] asked = Arrays.stream(in.mask().queryLengths()).mapToLong(this::count).toArray();
    try (NDManager local = held.newSubManager()) {
      NDArray measure = // (B, H, T)
          operators.activity(
              local,
              in.query(),
              in.key(),
              Uploads.of(local, in.mask().queryLengths()),
              reach,
              Uploads.of(local, drawn),
              (int) Math.max(1, Arrays.stream(drawn).max().orElse(1)),
              1_000_003 * seed + in.site().layer());
      int most = (int) Math.max(1, Arrays.stream(asked).max().orElse(1));
      return operators.active(held, measure, Uploads.of(local, asked), most);
    }
  }

  /** Of so many: at least one, at most all. */
  private long count(int length) {
    return Math.min(length, (long) factor * Math.max(1, (int) Math.ceil(Math.log(length))));
  }
}
