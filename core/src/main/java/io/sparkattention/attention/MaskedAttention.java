package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.Span;

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
    return ResultParts.silenced(in, visible(in, values, operators));
  }

  private static Result visible(AttentionInput in, NDArray values, AttentionOperators operators) {
    NDManager scope = in.scope();
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    if (in.bias() == null && onlyPast(in.mask(), queries, keys)) {
      return operators.attend(scope, in.query(), in.key(), values, Visible.PAST, in.scale());
    }
    if (AdditiveMask.sharedByQueries(in) || queries <= AdditiveMask.rows(in, keys)) {
      return part(in, new Span(0, queries), values, scope, operators);
    }
    int rows = AdditiveMask.rows(in, keys);
    try (NDManager local = scope.newSubManager()) {
      ResultParts parts = new ResultParts();
      for (int from = 0; from < queries; from += rows) {
        Span span = new Span(from, Math.min(queries, from + rows));
        parts.add(part(in, span, values, local, operators));
      }
      return parts.joined(scope);
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
      Span queries,
      NDArray values,
      NDManager scope,
      AttentionOperators operators) {
    Span keys = new Span(0, (int) in.key().getShape().get(2));
    try (NDManager local = scope.newSubManager()) {
      NDArray q = queries.of(local, in.query()); // (B, H, rows, D)
      NDArray mask = AdditiveMask.of(in, local, queries, keys);
      return mask == null
          ? operators.attend(scope, q, in.key(), values, Visible.ALL, in.scale())
          : operators.attendMasked(scope, q, in.key(), values, mask, in.scale());
    }
  }
}
