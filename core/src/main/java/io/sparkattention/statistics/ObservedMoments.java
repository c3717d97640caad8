package io.sparkattention.statistics;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMoments;
import io.sparkattention.tensor.Downloads;
import io.sparkattention.tensor.TorchEngine;
import java.nio.FloatBuffer;

/**
 * The moments of one attention call that all statistics of a plan need, computed in one pass. They
 * are left on the device until somebody asks, who may do so in another thread while the device goes
 * on, and read from native memory of the host until this is closed.
 */
final class ObservedMoments implements AutoCloseable {
  private final RequestedMoments requested;
  private final int queries;
  private final int keys;
  private final Numbers ofQueries; // (B, H, 1 + C + 2 bands, T)
  private final Numbers ofKeys; // (B, H, bands + R, S); null where nobody asks

  ObservedMoments(AttentionInput input, Attended attended, RequestedMoments requested) {
    this.requested = requested;
    queries = (int) input.query().getShape().get(2);
    keys = (int) input.key().getShape().get(2);
    try (NDManager scope = input.scope().newSubManager();
        AttentionMoments moments = attended.moments(requested.sums(input))) {
      NDArray toQueries = rows(scope, moments);
      NDArray toKeys = requested.parts() == 0 ? null : moments.receivedParts().duplicate();
      ofQueries = new Numbers(toQueries); // once both are there, so that neither is left behind
      ofKeys = toKeys == null ? null : new Numbers(toKeys);
    }
  }

  /** Entropy, mixes and bands, so that the queries of each are side by side. */
  private static NDArray rows(NDManager scope, AttentionMoments moments) {
    Shape shape = moments.bands().getShape(); // (B, H, T, bands, 2)
    NDArray entropy = moments.entropy().expandDims(2); // (B, H, 1, T)
    NDArray mix = moments.mix().transpose(0, 1, 3, 2); // (B, H, C, T)
    NDArray moved = moments.bands().transpose(0, 1, 3, 4, 2); // (B, H, bands, 2, T)
    NDArray bands = moved.reshape(shape.get(0), shape.get(1), 2 * shape.get(3), shape.get(2));
    NDList parts = new NDList(entropy, mix, moved, bands);
    parts.attach(scope);
    return NDArrays.concat(new NDList(entropy, mix, bands), 2);
  }

  /** Brings the numbers to the host; reading them does so too. */
  void bring() {
    ofQueries.buffer();
    if (ofKeys != null) {
      ofKeys.buffer();
    }
  }

  /** Entropies of the first {@code count} queries; {@code row} counts heads through sequences. */
  double[] entropy(int row, int count) {
    return ofQueries(row, 0, count);
  }

  /** Sums of a column under the weights of the first {@code count} queries. */
  double[] mix(int row, PositionColumn column, int count) {
    return ofQueries(row, 1 + requested.index(column), count);
  }

  /** What the first {@code count} queries give to the keys of a band. */
  double[] mass(int row, DistanceBand band, int count) {
    return ofBand(row, band, 0, count);
  }

  /** The same, times the positions of the keys. */
  double[] moment(int row, DistanceBand band, int count) {
    return ofBand(row, band, 1, count);
  }

  private double[] ofBand(int row, DistanceBand band, int which, int count) {
    int first = 1 + requested.columns() + which;
    double[] total = new double[count];
    for (int k = requested.first(band); k <= requested.last(band); k++) {
      ofQueries.add(total, place(row, first + 2 * k));
    }
    return total;
  }

  private double[] ofQueries(int row, int index, int count) {
    double[] numbers = new double[count];
    ofQueries.add(numbers, place(row, index));
    return numbers;
  }

  private int place(int row, int index) {
    return (row * (1 + requested.columns() + 2 * requested.bands()) + index) * queries;
  }

  /** What the first {@code count} keys receive from the queries of which they lie in a band. */
  double[] received(int row, DistanceBand band, int count) {
    double[] total = new double[count];
    for (int k = requested.first(band); k <= requested.last(band); k++) {
      addPart(total, row, k);
    }
    return total;
  }

  /** What the first {@code count} keys receive if earlier queries count less. */
  double[] received(int row, QueryDecay decay, int count) {
    double[] total = new double[count];
    addPart(total, row, requested.index(decay));
    return total;
  }

  private void addPart(double[] total, int row, int index) {
    if (ofKeys == null) {
      throw new IllegalStateException(
          "what keys receive was not asked for: a statistic that reads it is of class "
              + StatisticClass.COLUMN);
    }
    ofKeys.add(total, (row * requested.parts() + index) * keys);
  }

  @Override
  public void close() {
    ofQueries.close();
    if (ofKeys != null) {
      ofKeys.close();
    }
  }

  /** Numbers of an array, which it owns from then on. */
  private static final class Numbers implements AutoCloseable {
    private final NDManager host = TorchEngine.newManager(Device.cpu());
    private final NDArray array;
    private FloatBuffer buffer;

    Numbers(NDArray array) {
      array.detach();
      this.array = array;
    }

    private synchronized FloatBuffer buffer() {
      if (buffer == null) {
        buffer = Downloads.of(host, array).toByteBuffer(true).asFloatBuffer();
      }
      return buffer;
    }

    /** Adds the numbers from a place on. */
    void add(double[] total, int from) {
      float[] numbers = new float[total.length];
      buffer().get(from, numbers);
      for (int i = 0; i < total.length; i++) {
        total[i] += numbers[i];
      }
    }

    @Override
    public synchronized void close() {
      array.close();
      host.close();
    }
  }
}
