package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import java.util.List;

/** Moments of a sparse mechanism, from the weights of each block over its selected keys. */
final class SelectedMoments {

  private SelectedMoments() {}

  /** The moments of a padded call; columns are (S, C). */
  static AttentionMoments of(
      AttentionInput in,
      SelectedAttended attended,
      List<? extends KeySelection> blocks,
      NDArray columns) {
    NDManager scope = in.scope();
    Shape key = in.key().getShape();
    int keys = (int) key.get(2);
    try (NDManager local = scope.newSubManager()) {
      NDArray received = local.zeros(new Shape(key.get(0), in.heads(), 1, keys)); // (B, H, 1, S)
      NDArray positions = local.arange((float) keys).reshape(keys, 1);
      NDArray numbered = // (B, Hkv, S, 1 + C)
          positions
              .concat(columns.toType(DataType.FLOAT32, false), 1)
              .reshape(1, 1, keys, 1 + columns.getShape().get(1))
              .broadcast(new Shape(key.get(0), key.get(1), keys, 1 + columns.getShape().get(1)));
      NDList entropies = new NDList();
      NDList mixes = new NDList();
      NDList pastMixes = new NDList();
      for (KeySelection block : blocks) {
        try (NDManager inner = local.newSubManager()) {
          NDArray w = attended.weights(inner, block); // (B, H, rows, K)
          NDArray rows = // (B, H, K, 1 + C)
              SparseOperators.on(scope).spread(inner, block.gather(inner, numbered), in.heads());
          NDArray chosen = rows.get(":, :, :, 1:"); // (B, H, K, C)
          NDArray places = rows.get(":, :, :, 0"); // (B, H, K)
          NDArray past = past(inner, in.mask(), block.queries(), places);
          NDArray logarithms = w.maximum(Float.MIN_NORMAL).log();
          entropies.add(moved(w.mul(logarithms).sum(new int[] {3}).neg(), local));
          mixes.add(moved(w.matMul(chosen), local));
          pastMixes.add(moved(w.mul(past).matMul(chosen), local));
          received.addi(block.scatter(inner, w.sum(new int[] {2}, true)));
        }
      }
      return new AttentionMoments(
          moved(NDArrays.concat(entropies, 2), scope),
          moved(NDArrays.concat(mixes, 2), scope),
          moved(NDArrays.concat(pastMixes, 2), scope),
          moved(received.squeeze(2), scope));
    }
  }

  /** 1 for keys that are not after the query: (B, H, rows, K). */
  private static NDArray past(NDManager scope, AttentionMask mask, Span queries, NDArray places) {
    int rows = queries.length();
    NDArray offsets = scope.create(mask.queryOffsets()).reshape(mask.batch(), 1, 1, 1);
    NDArray t = scope.arange(queries.from(), queries.to()).reshape(1, 1, rows, 1).add(offsets);
    return t.toType(DataType.FLOAT32, false)
        .gte(places.expandDims(2))
        .toType(DataType.FLOAT32, false);
  }

  private static NDArray moved(NDArray array, NDManager scope) {
    array.attach(scope);
    return array;
  }
}
