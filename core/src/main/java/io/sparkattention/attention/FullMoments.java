package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionMomentOperators;
import io.sparkattention.tensor.AttentionMomentOperators.Moments;
import io.sparkattention.tensor.AttentionMomentOperators.Reach;
import io.sparkattention.tensor.AttentionMomentOperators.Sums;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.Span;
import java.util.Arrays;

/** Moments of a mechanism that reads every visible key: from its logSumExps, without weights. */
final class FullMoments {

  private FullMoments() {}

  /**
   * Computes the moments of a padded call.
   *
   * @param logSumExp (B, H, T) of that call
   */
  static AttentionMoments of(AttentionInput in, NDArray logSumExp, MomentSums sums) {
    int queries = (int) in.query().getShape().get(2);
    if (SequenceMoments.areFaster(in, sums)) {
      return SequenceMoments.of(in, logSumExp, sums);
    }
    if (in.bias() == null) {
      Moments all = part(in, in.query(), logSumExp, null, sums, 0, in.scope());
      return AttentionMoments.of(all.entropy(), all.mix(), all.bands(), all.received());
    }
    int keys = (int) in.key().getShape().get(2);
    int rows = AdditiveMask.rows(in, keys);
    try (NDManager local = in.scope().newSubManager()) {
      MomentParts parts = new MomentParts(local);
      for (int from = 0; from < queries; from += rows) {
        Span span = new Span(from, Math.min(queries, from + rows));
        try (NDManager block = local.newSubManager()) {
          NDArray bias = in.bias().block(block, span.from(), span.to(), 0, keys); // (1, H, rows, S)
          NDArray q = span.of(block, in.query()); // (B, H, rows, D)
          NDArray lse = span.of(block, logSumExp); // (B, H, rows)
          Moments some = part(in, q, lse, bias, sums, from, block);
          parts.add(some.entropy(), some.mix(), some.bands(), some.received());
        }
      }
      return parts.joined(in.scope());
    }
  }

  /** Moments of the queries from {@code first} on. */
  private static Moments part(
      AttentionInput in,
      NDArray query,
      NDArray logSumExp,
      NDArray bias,
      MomentSums sums,
      int first,
      NDManager scope) {
    int rows = (int) query.getShape().get(2);
    AttentionMask mask = in.mask();
    int[] offsets = Arrays.stream(mask.queryOffsets()).map(offset -> offset + first).toArray();
    int[] lengths =
        Arrays.stream(mask.queryLengths())
            .map(length -> Math.max(0, Math.min(rows, length - first)))
            .toArray();
    Visible visible = mask.direction() == Direction.CAUSAL ? Visible.PAST : Visible.ALL;
    try (NDManager local = scope.newSubManager()) {
      int queries = (int) in.query().getShape().get(2);
      NDArray own = // (B or 1, rows, R)
          sums.ofRows(local, queries).get(":, " + first + ":" + (first + rows));
      return AttentionMomentOperators.on(in.scope())
          .moments(
              scope,
              query,
              in.key(),
              logSumExp,
              bias,
              new Sums(sums.placed(local), own, sums.cutoffs()),
              new Reach(offsets, lengths, mask.keyLengths(), visible),
              in.scale());
    }
  }
}
