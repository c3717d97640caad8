package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.Span;
import java.util.Arrays;

/**
 * Exact attention of a padded call: asks the operators for the cheapest form that its mask allows
 * (no array at all, one row for all queries, or one part of the queries after the other).
 */
final class MaskedAttention {

  private MaskedAttention() {}

  /**
   * Attends with the queries and keys of a call.
   *
   * @param values (B, Hkv, S, C)
   * @return in the scope of the call; nothing for queries that are padding
   */
  static Result attend(AttentionInput in, NDArray values, AttentionOperators operators) {
    NDManager scope = in.scope();
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    Result result = visible(in, queries, keys, values, operators);
    boolean padded = Arrays.stream(in.mask().queryLengths()).anyMatch(n -> n < queries);
    return padded
        ? AttentionArrays.on(scope).silence(scope, result, in.mask().queryLengths())
        : result;
  }

  private static Result visible(
      AttentionInput in, int queries, int keys, NDArray values, AttentionOperators operators) {
    NDManager scope = in.scope();
    if (in.bias() == null && onlyPast(in.mask(), queries, keys)) {
      return operators.attend(scope, in.query(), in.key(), values, Visible.PAST, in.scale());
    }
    if (AdditiveMask.sharedByQueries(in) || queries <= AdditiveMask.rows(in, keys)) {
      return part(in, in.query(), new Span(0, queries), values, scope, operators);
    }
    int rows = AdditiveMask.rows(in, keys);
    try (NDManager local = scope.newSubManager()) {
      NDList outputs = new NDList();
      NDList logSumExps = new NDList();
      for (int from = 0; from < queries; from += rows) {
        Span span = new Span(from, Math.min(queries, from + rows));
        NDArray q = in.query().get(local, new NDIndex(":, :, {}:{}", span.from(), span.to()));
        Result part = part(in, q, span, values, local, operators);
        outputs.add(part.output());
        logSumExps.add(part.logSumExp());
      }
      NDArray output = NDArrays.concat(outputs, 2); // (B, H, T, C)
      NDArray logSumExp = NDArrays.concat(logSumExps, 2); // (B, H, T)
      output.attach(scope);
      logSumExp.attach(scope);
      return new Result(output, logSumExp);
    }
  }

  /** Whether the direction alone hides what must be hidden from real queries. */
  private static boolean onlyPast(AttentionMask mask, int queries, int keys) {
    if (mask.direction() != Direction.CAUSAL || queries != keys) {
      return false;
    }
    for (int b = 0; b < mask.batch(); b++) {
      if (mask.queryOffsets()[b] != 0 || mask.keyLengths()[b] < mask.queryLengths()[b]) {
        return false;
      }
    }
    return true;
  }

  private static Result part(
      AttentionInput in,
      NDArray query,
      Span queries,
      NDArray values,
      NDManager scope,
      AttentionOperators operators) {
    Span keys = new Span(0, (int) in.key().getShape().get(2));
    try (NDManager local = scope.newSubManager()) {
      NDArray mask = AdditiveMask.of(in, local, queries, keys);
      return mask == null
          ? operators.attend(scope, query, in.key(), values, Visible.ALL, in.scale())
          : operators.attendMasked(scope, query, in.key(), values, mask, in.scale());
    }
  }
}
