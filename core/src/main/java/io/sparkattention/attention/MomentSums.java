package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionMomentOperators.Sums;
import io.sparkattention.tensor.NearFarMoments.Prepared;
import io.sparkattention.tensor.NearFarMoments.Received;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Which sums over a matrix of weights w(t, s) are asked for. Bands part the keys of a query by
 * their distance s − t: with cutoffs −2 and 0 there are three, up to two before the query, then up
 * to itself, then those after it.
 *
 * <p>One object serves all layers of a pass: what can be prepared for all of them is kept beside
 * its columns. For one thread.
 */
public final class MomentSums {
  private final NDArray columns;
  private final NDArray rows;
  private final int[] cutoffs;
  private final Received received;
  private final Map<Object, Prepared> prepared = new HashMap<>();
  private Sums all;

  /**
   * @param columns what the weights of a row are summed with: (S, C) for all sequences and heads,
   *     or (B, S, C) for all heads
   * @param rows what the weights to a key are summed with: (T, R) or (B, T, R); null for nothing
   * @param cutoffs the greatest distance of each band but the last, ascending
   * @param received whether somebody asks for what keys receive: it may be zeros if nobody does
   */
  public MomentSums(NDArray columns, NDArray rows, int[] cutoffs, Received received) {
    for (int i = 1; i < cutoffs.length; i++) {
      if (cutoffs[i] <= cutoffs[i - 1]) {
        throw new IllegalArgumentException(
            "cutoffs " + Arrays.toString(cutoffs) + ": each must be above the one before it");
      }
    }
    this.columns = columns;
    this.rows = rows;
    this.cutoffs = cutoffs;
    this.received = received;
  }

  /** Sums with what keys receive. */
  public MomentSums(NDArray columns, NDArray rows, int[] cutoffs) {
    this(columns, rows, cutoffs, Received.SUMMED);
  }

  /** Sums with columns alone. */
  public static MomentSums of(NDArray columns) {
    return new MomentSums(columns, null, new int[0]);
  }

  /** What the weights of a row are summed with, (S, C) or (B, S, C). */
  public NDArray columns() {
    return columns;
  }

  /** What the weights to a key are summed with, (T, R) or (B, T, R); null for nothing. */
  public NDArray rows() {
    return rows;
  }

  /** The greatest distance of each band but the last, ascending. */
  public int[] cutoffs() {
    return cutoffs;
  }

  /** Whether somebody asks for what keys receive. */
  public Received received() {
    return received;
  }

  /** What was prepared under a name, in the manager of the columns; prepared now if it was not. */
  Prepared prepared(Object name, Function<NDManager, Prepared> prepare) {
    return prepared.computeIfAbsent(name, n -> prepare.apply(columns.getManager()));
  }

  /** The sums of all sequences, prepared once in the manager of the columns. */
  Sums all(int queries) {
    if (all == null) {
      NDManager owner = columns.getManager();
      all = new Sums(placed(owner), ofRows(owner, queries), cutoffs);
    }
    return all;
  }

  /** How many bands there are. */
  public int bands() {
    return cutoffs.length + 1;
  }

  /** The columns, then a 1 and the position of the key: (B or 1, S, C + 2) float32. */
  NDArray placed(NDManager scope) {
    NDArray each = perSequence(scope, columns); // (B or 1, S, C)
    Shape shape = each.getShape();
    int keys = (int) shape.get(1);
    float[] places = new float[2 * keys];
    for (int s = 0; s < keys; s++) {
      places[2 * s] = 1;
      places[2 * s + 1] = s;
    }
    NDArray place =
        Uploads.of(scope, places, 1, keys, 2)
            .broadcast(new Shape(shape.get(0), keys, 2)); // (B or 1, S, 2)
    return NDArrays.concat(new NDList(each, place), 2);
  }

  /** What weights to keys are summed with, (B or 1, T, R) float32; R is 0 where there is none. */
  NDArray ofRows(NDManager scope, int queries) {
    return rows == null
        ? scope.zeros(new Shape(1, queries, 1)).get(":, :, 0:0")
        : perSequence(scope, rows);
  }

  private static NDArray perSequence(NDManager scope, NDArray array) {
    NDArray floats = array.toType(DataType.FLOAT32, false);
    NDArray each = floats.getShape().dimension() == 3 ? floats : floats.expandDims(0);
    for (NDArray made : new NDArray[] {floats, each}) {
      if (made != array) {
        made.attach(scope);
      }
    }
    return each;
  }
}
