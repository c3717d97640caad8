package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What measuring needs: numbers that are the same on every device and in every run, and comparisons
 * of an attention with the exact one.
 */
public final class MeasureOperators {

  private static final Map<Device, MeasureOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private MeasureOperators(Device device) {
    script = TorchScript.load("measure.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static MeasureOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), MeasureOperators::new);
  }

  /**
   * Keys of one head: noise, what all keys share, what some keys have besides; rotated by place.
   *
   * @param deviation of the noise in each column (D)
   * @param common (D)
   * @param places of the keys that have more
   * @param directions what they have, (places, D)
   * @param speeds radians a place, of each pair of columns (D / 2)
   * @return (rows, D) float32
   */
  public NDArray keys(
      NDManager scope,
      float[] deviation,
      float[] common,
      long[] places,
      float[][] directions,
      float[] speeds,
      long seed,
      int rows) {
    try (NDManager local = scope.newSubManager()) {
      return script
          .call(
              scope,
              "keys",
              Uploads.of(local, deviation),
              Uploads.of(local, common),
              Uploads.of(local, places),
              matrix(local, directions),
              Uploads.of(local, speeds),
              seed,
              rows)
          .get(0);
    }
  }

  /**
   * Queries of one head: noise, what all queries share, and directions with a strength for each
   * row; rotated by place.
   *
   * @param common (D)
   * @param strengths (rows, C)
   * @param directions (C, D)
   * @param first the place of the first row
   * @return (rows, D) float32
   */
  public NDArray queries(
      NDManager scope,
      float[] common,
      float[][] strengths,
      float[][] directions,
      float[] speeds,
      long seed,
      int first,
      double deviation) {
    try (NDManager local = scope.newSubManager()) {
      return script
          .call(
              scope,
              "queries",
              Uploads.of(local, common),
              matrix(local, strengths),
              matrix(local, directions),
              Uploads.of(local, speeds),
              seed,
              first,
              deviation)
          .get(0);
    }
  }

  /** Noise of deviation 1: (rows, columns) float32. */
  public NDArray values(NDManager scope, long seed, int rows, int columns) {
    try (NDArray like = scope.create(0f)) {
      return script.call(scope, "values", like, seed, rows, columns).get(0);
    }
  }

  /**
   * How much of exact weights others have too: the sum of the smaller of both. Where the others are
   * the softmax over a selection of keys, that is the exact mass of the selection.
   *
   * @param exact (B, H, rows, S), each row summing to 1
   * @param weights (B, H, rows, S or more)
   * @param some keys that are looked at by themselves
   * @return (3, B, H): the share of the mass, the share of that mass that {@code some} hold, both
   *     averaged over rows, and how many keys have a weight
   */
  public NDArray recalled(NDManager scope, NDArray exact, NDArray weights, Span some) {
    return script.call(scope, "recalled", exact, weights, some.from(), some.to()).get(0);
  }

  /**
   * The relative error of each head, as Euclidean norms.
   *
   * @param exact (B, H, T, D)
   * @param other (B, H, T, D)
   * @return (B, H) float32
   */
  public NDArray error(NDManager scope, NDArray exact, NDArray other) {
    return script.call(scope, "error", exact, other).get(0);
  }

  private static NDArray matrix(NDManager scope, float[][] rows) {
    int columns = rows[0].length;
    float[] flat = new float[rows.length * columns];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * columns, columns);
    }
    return Uploads.of(scope, flat).reshape(new Shape(rows.length, columns));
  }
}
