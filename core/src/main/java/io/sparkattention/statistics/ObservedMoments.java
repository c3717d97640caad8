package io.sparkattention.statistics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMoments;
import io.sparkattention.attention.MomentSums;
import io.sparkattention.tensor.NearFarMoments.Received;
import java.util.Arrays;
import java.util.List;

/**
 * The moments of one attention call that all statistics of a plan need, computed in one pass and
 * copied out of native memory, in row-major order.
 */
final class ObservedMoments {
  private final List<PositionColumn> columns;
  private final int[] cutoffs;
  private final List<QueryDecay> decays;
  private final int queries;
  private final int keys;
  private final float[] entropy; // (B, H, T)
  private final float[] mix; // (B, H, T, C)
  private final float[] bands; // (B, H, T, bands, 2)
  private final float[] received; // (B, H, bands + R, S)

  ObservedMoments(
      AttentionInput input, Attended attended, StatisticsPlan plan, List<SequenceTokens> tokens) {
    columns = plan.columns();
    cutoffs = plan.cutoffs();
    decays = plan.decays();
    queries = (int) input.query().getShape().get(2);
    keys = (int) input.key().getShape().get(2);
    try (NDManager scope = input.scope().newSubManager();
        AttentionMoments moments =
            attended.moments(
                new MomentSums(
                    columns(scope, tokens),
                    decays.isEmpty() ? null : rows(scope, input.mask().queryLengths()),
                    cutoffs,
                    plan.readsReceived() ? Received.SUMMED : Received.LEFT_OUT))) {
      entropy = moments.entropy().toFloatArray();
      mix = moments.mix().toFloatArray();
      bands = moments.bands().toFloatArray();
      received = plan.readsReceived() ? moments.receivedParts().toFloatArray() : new float[0];
    }
  }

  private NDArray columns(NDManager scope, List<SequenceTokens> tokens) {
    int width = columns.size();
    float[] values = new float[tokens.size() * keys * width];
    for (int b = 0; b < tokens.size(); b++) {
      SequenceTokens sequence = tokens.get(b);
      for (int s = 0; s < sequence.length(); s++) {
        for (int c = 0; c < width; c++) {
          values[(b * keys + s) * width + c] = columns.get(c).at(s, sequence);
        }
      }
    }
    return scope.create(values, new Shape(tokens.size(), keys, width)); // (B, S, C)
  }

  private NDArray rows(NDManager scope, int[] lengths) {
    int width = decays.size();
    float[] values = new float[lengths.length * queries * width];
    for (int b = 0; b < lengths.length; b++) {
      for (int t = 0; t < lengths[b]; t++) {
        for (int r = 0; r < width; r++) {
          values[(b * queries + t) * width + r] = decays.get(r).at(t, lengths[b]);
        }
      }
    }
    return scope.create(values, new Shape(lengths.length, queries, width)); // (B, T, R)
  }

  /** Entropies of the first {@code count} queries; {@code row} counts heads through sequences. */
  double[] entropy(int row, int count) {
    return slice(entropy, row * queries, 1, count);
  }

  /** Sums of a column under the weights of the first {@code count} queries. */
  double[] mix(int row, PositionColumn column, int count) {
    int index = asked(columns, column, "columns()");
    return slice(mix, row * queries * columns.size() + index, columns.size(), count);
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
    int step = 2 * (cutoffs.length + 1);
    int first = first(band);
    int last = last(band);
    double[] total = new double[count];
    int at = row * queries * step + which;
    for (int t = 0; t < count; t++, at += step) {
      double sum = 0;
      for (int k = first; k <= last; k++) {
        sum += bands[at + 2 * k];
      }
      total[t] = sum;
    }
    return total;
  }

  /** What the first {@code count} keys receive from the queries of which they lie in a band. */
  double[] received(int row, DistanceBand band, int count) {
    double[] total = new double[count];
    for (int k = first(band); k <= last(band); k++) {
      add(total, part(row, k, count));
    }
    return total;
  }

  /** What the first {@code count} keys receive if earlier queries count less. */
  double[] received(int row, QueryDecay decay, int count) {
    return part(row, cutoffs.length + 1 + asked(decays, decay, "decays()"), count);
  }

  private double[] part(int row, int index, int count) {
    if (received.length == 0) {
      throw new IllegalStateException(
          "what keys receive was not asked for: a statistic that reads it is of class "
              + StatisticClass.COLUMN);
    }
    int parts = cutoffs.length + 1 + decays.size();
    return slice(received, (row * parts + index) * keys, 1, count);
  }

  private int first(DistanceBand band) {
    return band.from() == -DistanceBand.UNBOUNDED ? 0 : edge(band, band.from() - 1) + 1;
  }

  private int last(DistanceBand band) {
    return band.to() == DistanceBand.UNBOUNDED ? cutoffs.length : edge(band, band.to());
  }

  private int edge(DistanceBand band, int cutoff) {
    int index = Arrays.binarySearch(cutoffs, cutoff);
    if (index < 0) {
      throw new IllegalArgumentException(band + " was not asked for: name it in bands()");
    }
    return index;
  }

  private static <T> int asked(List<T> all, T one, String where) {
    int index = all.indexOf(one);
    if (index < 0) {
      throw new IllegalArgumentException(
          one + " was not asked for: name it in " + where + ", beside " + all);
    }
    return index;
  }

  private static double[] slice(float[] values, int from, int step, int count) {
    double[] slice = new double[count];
    for (int i = 0; i < count; i++) {
      slice[i] = values[from + i * step];
    }
    return slice;
  }

  private static void add(double[] total, double[] more) {
    for (int i = 0; i < total.length; i++) {
      total[i] += more[i];
    }
  }
}
