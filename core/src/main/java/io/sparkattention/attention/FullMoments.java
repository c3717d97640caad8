package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionMomentOperators;
import io.sparkattention.tensor.AttentionMomentOperators.Moments;
import io.sparkattention.tensor.AttentionMomentOperators.Reach;
import io.sparkattention.tensor.AttentionOperators.Visible;
import java.util.Arrays;

/** Moments of a mechanism that reads every visible key: from its logSumExps, without weights. */
final class FullMoments {

  private FullMoments() {}

  /**
   * Computes the moments of a padded call.
   *
   * @param logSumExp (B, H, T) of that call
   * @param columns (S, C) float32
   */
  static AttentionMoments of(AttentionInput in, NDArray logSumExp, NDArray columns) {
    int queries = (int) in.query().getShape().get(2);
    if (in.bias() == null) {
      return moments(part(in, in.query(), logSumExp, null, columns, 0, in.scope()));
    }
    int keys = (int) in.key().getShape().get(2);
    int rows = AdditiveMask.rows(in, keys);
    try (NDManager local = in.scope().newSubManager()) {
      NDList entropies = new NDList();
      NDList mixes = new NDList();
      NDList pastMixes = new NDList();
      Shape shape = new Shape(in.mask().batch(), in.heads(), keys);
      NDArray received = local.zeros(shape); // (B, H, S)
      for (int from = 0; from < queries; from += rows) {
        int to = Math.min(queries, from + rows);
        NDIndex span = new NDIndex(":, :, {}:{}", from, to);
        NDArray bias = in.bias().block(local, from, to, 0, keys); // (1, H, rows, S)
        NDArray q = in.query().get(local, span); // (B, H, rows, D)
        NDArray lse = logSumExp.get(local, span); // (B, H, rows)
        Moments some = part(in, q, lse, bias, columns, from, local);
        entropies.add(some.entropy());
        mixes.add(some.mix());
        pastMixes.add(some.pastMix());
        received = received.add(some.received());
        bias.close();
      }
      NDArray entropy = NDArrays.concat(entropies, 2); // (B, H, T)
      NDArray mix = NDArrays.concat(mixes, 2); // (B, H, T, C)
      NDArray pastMix = NDArrays.concat(pastMixes, 2); // (B, H, T, C)
      for (NDArray each : new NDArray[] {entropy, mix, pastMix, received}) {
        each.attach(in.scope());
      }
      return new AttentionMoments(entropy, mix, pastMix, received);
    }
  }

  /** Moments of the queries from {@code first} on. */
  private static Moments part(
      AttentionInput in,
      NDArray query,
      NDArray logSumExp,
      NDArray bias,
      NDArray columns,
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
    return AttentionMomentOperators.on(in.scope())
        .moments(
            scope,
            query,
            in.key(),
            logSumExp,
            bias,
            columns.toType(DataType.FLOAT32, false),
            new Reach(offsets, lengths, mask.keyLengths(), visible),
            in.scale());
  }

  private static AttentionMoments moments(Moments sums) {
    return new AttentionMoments(sums.entropy(), sums.mix(), sums.pastMix(), sums.received());
  }
}
