package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.List;

/** Moments from rows of weights: right for every mechanism, at the price of forming the rows. */
final class RowMoments {

  /** Bytes of the rows that are held at once. */
  private static final long LARGEST_BYTES = 8L << 20;

  private RowMoments() {}

  /** The moments of a padded call. */
  static AttentionMoments of(AttentionInput in, Attended attended, MomentSums sums) {
    NDManager scope = in.scope();
    Shape query = in.query().getShape();
    int queries = (int) query.get(2);
    long keys = in.key().getShape().get(2);
    long row = Float.BYTES * query.get(0) * query.get(1) * Math.max(1, keys);
    int rows = (int) Math.max(1, LARGEST_BYTES / row);
    try (NDManager local = scope.newSubManager()) {
      NDArray columns = sums.placed(local).expandDims(1); // (B or 1, 1, S, C + 2)
      NDArray ofRows = sums.ofRows(local, queries).expandDims(1); // (B or 1, 1, T, R)
      MomentParts parts = new MomentParts(local);
      for (int from = 0; from < queries; from += rows) {
        int to = Math.min(queries, from + rows);
        try (NDManager block = local.newSubManager()) {
          NDArray w = attended.weights(from, to); // (B, H, rows, S)
          w.attach(block);
          NDArray own = ofRows.get(":, :, " + from + ":" + to); // (B or 1, 1, rows, R)
          own.attach(block);
          add(parts, w, columns, own, bands(block, in.mask(), from, to, keys, sums.cutoffs()));
        }
      }
      return parts.joined(scope);
    }
  }

  private static void add(
      MomentParts parts, NDArray w, NDArray columns, NDArray ofRows, List<NDArray> bands) {
    NDArray logarithms = w.maximum(Float.MIN_NORMAL).log(); // w log w is 0 where w is 0
    NDList sums = new NDList(); // (B, H, rows, C + 2) each
    NDList received = new NDList(); // (B, H, S) each
    for (NDArray band : bands) {
      NDArray within = bands.size() == 1 ? w : w.mul(band); // (B, H, rows, S)
      sums.add(within.matMul(columns));
      received.add(within.sum(new int[] {2}));
    }
    NDArray all = NDArrays.stack(sums, 3); // (B, H, rows, bands, C + 2)
    long width = all.getShape().get(4) - 2;
    NDArray weighted = ofRows.transpose(0, 1, 3, 2).matMul(w); // (B, H, R, S)
    parts.add(
        w.mul(logarithms).sum(new int[] {3}).neg(),
        all.get(new NDIndex("..., 0:" + width)).sum(new int[] {3}),
        all.get(new NDIndex("..., " + width + ":" + (width + 2))),
        NDArrays.stack(received, 2).concat(weighted, 2));
  }

  /** 1 where the distance from query to key lies in a band: (B, 1, rows, S) each. */
  private static List<NDArray> bands(
      NDManager scope, AttentionMask mask, int from, int to, long keys, int[] cutoffs) {
    NDArray offsets = Uploads.of(scope, mask.queryOffsets()).reshape(mask.batch(), 1, 1, 1);
    NDArray t = scope.arange(from, to).reshape(1, 1, to - from, 1).add(offsets);
    NDArray distance = scope.arange((int) keys).reshape(1, 1, 1, keys).sub(t); // (B, 1, rows, S)
    List<NDArray> bands = new ArrayList<>();
    for (int k = 0; k <= cutoffs.length; k++) {
      NDArray band = distance.onesLike().toType(DataType.FLOAT32, false);
      if (k > 0) {
        band = band.mul(distance.gt(cutoffs[k - 1]));
      }
      if (k < cutoffs.length) {
        band = band.mul(distance.lte(cutoffs[k]));
      }
      bands.add(band);
    }
    return bands;
  }
}
