package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionMomentOperators.Moments;
import io.sparkattention.tensor.AttentionMomentOperators.Sums;
import io.sparkattention.tensor.NearFarMoments;
import io.sparkattention.tensor.NearFarMoments.Prepared;
import java.util.Arrays;
import java.util.List;

/** Moments of queries that all read the whole of their sequence, one sequence after the other. */
final class SequenceMoments {

  private SequenceMoments() {}

  /** Whether they can be had for a padded call, and faster than all sequences together. */
  static boolean areFaster(AttentionInput in, MomentSums sums) {
    AttentionMask mask = in.mask();
    boolean whole =
        in.bias() == null
            && mask.direction() == Direction.BIDIRECTIONAL
            && Arrays.stream(mask.queryOffsets()).allMatch(offset -> offset == 0)
            && Arrays.stream(mask.keyLengths()).allMatch(length -> length > 0)
            && Arrays.equals(mask.queryLengths(), mask.keyLengths());
    long rows = sums.rows() == null ? 0 : last(sums.rows());
    return whole
        && NearFarMoments.areFaster(
            in.query(), in.key(), last(sums.columns()), rows, sums.cutoffs());
  }

  private static long last(NDArray array) {
    Shape shape = array.getShape();
    return shape.get(shape.dimension() - 1);
  }

  /**
   * Computes them.
   *
   * @param logSumExp (B, H, T) of that call
   */
  static AttentionMoments of(AttentionInput in, NDArray logSumExp, MomentSums sums) {
    NDManager scope = in.scope();
    int queries = (int) in.query().getShape().get(2);
    List<NDList> parts = List.of(new NDList(), new NDList(), new NDList(), new NDList());
    try (NDManager local = scope.newSubManager()) {
      for (int b = 0; b < in.mask().batch(); b++) {
        int length = in.mask().keyLengths()[b];
        NDArray key = own(local, in.key(), 2, b, length);
        Moments found =
            NearFarMoments.on(scope)
                .moments(
                    local,
                    own(local, in.query(), 2, b, length),
                    key,
                    own(local, logSumExp, 2, b, length),
                    prepared(in, key, b, sums),
                    sums.received(),
                    in.scale());
        parts.get(0).add(padded(local, found.entropy(), 2, queries)); // (1, H, T)
        parts.get(1).add(padded(local, found.mix(), 2, queries)); // (1, H, T, C)
        parts.get(2).add(padded(local, found.bands(), 2, queries)); // (1, H, T, bands, 2)
        parts.get(3).add(padded(local, found.received(), 3, queries)); // (1, H, bands + R, T)
      }
      NDArray[] joined = new NDArray[parts.size()];
      for (int i = 0; i < joined.length; i++) {
        NDList part = parts.get(i);
        joined[i] = part.size() == 1 ? part.get(0) : NDArrays.concat(part, 0);
        joined[i].attach(scope);
      }
      return AttentionMoments.of(joined[0], joined[1], joined[2], joined[3]);
    }
  }

  /** What a sequence's sums share in layers with such keys. */
  private record Name(int sequence, Shape keys, DataType type) {}

  private static Prepared prepared(AttentionInput in, NDArray key, int b, MomentSums sums) {
    return sums.prepared(
        new Name(b, key.getShape(), key.getDataType()),
        owner -> {
          try (NDManager local = owner.newSubManager()) {
            Sums all = sums.all((int) in.query().getShape().get(2));
            int length = (int) key.getShape().get(2);
            Sums own =
                new Sums(
                    own(local, all.columns(), 1, b, length),
                    own(local, all.rows(), 1, b, length),
                    sums.cutoffs());
            return NearFarMoments.prepare(owner, key, own);
          }
        });
  }

  /** The first tokens of one sequence; one stands for all where there is only one. */
  private static NDArray own(NDManager scope, NDArray all, int axis, int sequence, int length) {
    int b = all.getShape().get(0) == 1 ? 0 : sequence;
    NDIndex index = new NDIndex().addSliceDim(b, b + 1);
    for (int i = 1; i < axis; i++) {
      index.addAllDim();
    }
    NDArray own = all.get(index.addSliceDim(0, length));
    own.attach(scope);
    return own;
  }

  /** With zeros after the last token. */
  private static NDArray padded(NDManager scope, NDArray found, int axis, int length) {
    Shape shape = found.getShape();
    if (shape.get(axis) == length) {
      return found;
    }
    long[] missing = shape.getShape();
    missing[axis] = length - missing[axis];
    return NDArrays.concat(new NDList(found, scope.zeros(new Shape(missing))), axis);
  }
}
