package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionMomentOperators;
import io.sparkattention.tensor.AttentionMomentOperators.Moments;
import io.sparkattention.tensor.AttentionMomentOperators.Sums;
import io.sparkattention.tensor.Span;
import java.util.List;

/** Moments of a sparse mechanism: block by block over the selected keys, at a cost like theirs. */
final class SelectedMoments {

  private SelectedMoments() {}

  /**
   * The moments of a padded call.
   *
   * @param logSumExp (B, H, T) of that call
   */
  static AttentionMoments of(
      AttentionInput in, NDArray logSumExp, List<? extends KeySelection> blocks, MomentSums sums) {
    NDManager scope = in.scope();
    Shape key = in.key().getShape();
    try (NDManager local = scope.newSubManager()) {
      NDArray numbered = numbered(local, key, sums.placed(local)); // (B, Hkv, S, 3 + C)
      NDArray ofRows = sums.ofRows(local, (int) in.query().getShape().get(2)); // (B or 1, T, R)
      MomentParts parts = new MomentParts(local);
      for (KeySelection block : blocks) {
        try (NDManager inner = local.newSubManager()) {
          Span rows = block.queries();
          NDArray own = ofRows.get(":, " + rows.from() + ":" + rows.to()); // (B or 1, rows, R)
          own.attach(inner);
          Moments some = block(in, logSumExp, block, numbered, own, sums.cutoffs(), inner);
          NDArray received = block.scatter(inner, some.received()); // (B, H, bands + R, S)
          parts.add(some.entropy(), some.mix(), some.bands(), received);
        }
      }
      return parts.joined(scope);
    }
  }

  /** The place of every key and its columns, the same for all heads. */
  private static NDArray numbered(NDManager scope, Shape key, NDArray columns) {
    int keys = (int) key.get(2);
    long sequences = columns.getShape().get(0);
    long width = columns.getShape().get(2);
    NDArray places =
        scope
            .arange((float) keys)
            .reshape(1, 1, keys, 1)
            .broadcast(new Shape(sequences, 1, keys, 1)); // (B or 1, 1, S, 1)
    return places
        .concat(columns.expandDims(1), 3)
        .broadcast(new Shape(key.get(0), key.get(1), keys, 1 + width)); // (B, Hkv, S, 1 + C)
  }

  private static Moments block(
      AttentionInput in,
      NDArray logSumExp,
      KeySelection block,
      NDArray numbered,
      NDArray ofRows,
      int[] cutoffs,
      NDManager scope) {
    Span rows = block.queries();
    NDArray mask = block.mask(scope); // (B or 1, H or 1, rows or 1, K)
    Shape shape = mask.getShape();
    return AttentionMomentOperators.on(scope)
        .selected(
            scope,
            rows.of(scope, block.input().query()),
            block.keys(scope),
            rows.of(scope, logSumExp),
            new Sums(block.gather(scope, numbered), ofRows, cutoffs),
            mask.broadcast(new Shape(shape.get(0), shape.get(1), rows.length(), shape.get(3))),
            in.mask().queryOffsets(),
            rows.from(),
            in.scale());
  }
}
