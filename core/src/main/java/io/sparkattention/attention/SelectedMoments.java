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
import io.sparkattention.tensor.AttentionOperators.Visible;
import java.util.List;

/** Moments of a sparse mechanism: block by block over the selected keys, at a cost like theirs. */
final class SelectedMoments {

  private SelectedMoments() {}

  /**
   * The moments of a padded call.
   *
   * @param logSumExp (B, H, T) of that call
   * @param columns (S, C)
   */
  static AttentionMoments of(
      AttentionInput in, NDArray logSumExp, List<? extends KeySelection> blocks, NDArray columns) {
    NDManager scope = in.scope();
    Shape key = in.key().getShape();
    int keys = (int) key.get(2);
    try (NDManager local = scope.newSubManager()) {
      NDArray received = local.zeros(new Shape(key.get(0), in.heads(), 1, keys)); // (B, H, 1, S)
      NDArray numbered = numbered(local, key, columns); // (B, Hkv, S, 1 + C)
      NDList entropies = new NDList();
      NDList mixes = new NDList();
      NDList pastMixes = new NDList();
      for (KeySelection block : blocks) {
        try (NDManager inner = local.newSubManager()) {
          Moments sums = block(in, logSumExp, block, numbered, inner);
          entropies.add(moved(sums.entropy(), local));
          mixes.add(moved(sums.mix(), local));
          pastMixes.add(moved(sums.pastMix(), local));
          received.addi(block.scatter(inner, sums.received()));
        }
      }
      return new AttentionMoments(
          moved(NDArrays.concat(entropies, 2), scope),
          moved(NDArrays.concat(mixes, 2), scope),
          moved(NDArrays.concat(pastMixes, 2), scope),
          moved(received.squeeze(2), scope));
    }
  }

  /** The place of every key and its columns, the same for all sequences and heads. */
  private static NDArray numbered(NDManager scope, Shape key, NDArray columns) {
    int keys = (int) key.get(2);
    long width = 1 + columns.getShape().get(1);
    return scope
        .arange((float) keys)
        .reshape(keys, 1)
        .concat(columns.toType(DataType.FLOAT32, false), 1)
        .reshape(1, 1, keys, width)
        .broadcast(new Shape(key.get(0), key.get(1), keys, width));
  }

  private static Moments block(
      AttentionInput in, NDArray logSumExp, KeySelection block, NDArray numbered, NDManager scope) {
    int first = block.queries().from();
    NDIndex rows = new NDIndex(":, :, {}:{}", first, block.queries().to());
    NDArray mask = block.mask(scope); // (B or 1, H or 1, rows or 1, K)
    Shape shape = mask.getShape();
    Visible visible = in.mask().direction() == Direction.CAUSAL ? Visible.PAST : Visible.ALL;
    return AttentionMomentOperators.on(scope)
        .selected(
            scope,
            in.query().get(scope, rows),
            block.gather(scope, in.key()),
            logSumExp.get(scope, rows),
            block.gather(scope, numbered),
            mask.broadcast(
                new Shape(shape.get(0), shape.get(1), block.queries().length(), shape.get(3))),
            in.mask().queryOffsets(),
            first,
            visible,
            in.scale());
  }

  private static NDArray moved(NDArray array, NDManager scope) {
    array.attach(scope);
    return array;
  }
}
