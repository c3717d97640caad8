package io.sparkattention.statistics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.MomentSums;
import io.sparkattention.tensor.NearFarMoments.Received;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.List;

/**
 * The sums over weights that the statistics of a plan need of each layer. They are the same for all
 * layers of a pass, so what they are summed with is found out once.
 */
final class RequestedMoments {
  private final List<PositionColumn> columns;
  private final int[] cutoffs;
  private final List<QueryDecay> decays;
  private final boolean received;
  private final List<SequenceTokens> tokens;
  private MomentSums sums; // of the layer before
  private int queriesOfSums;
  private int keysOfSums;

  /**
   * @param tokens those of each sequence of the batch, as many as it has keys
   */
  RequestedMoments(StatisticsPlan plan, List<SequenceTokens> tokens) {
    this.columns = plan.columns();
    this.cutoffs = plan.cutoffs();
    this.decays = plan.decays();
    this.received = plan.readsReceived();
    this.tokens = tokens;
  }

  /** How many columns the weights of a query are summed with. */
  int columns() {
    return columns.size();
  }

  /** How many bands of distances there are. */
  int bands() {
    return cutoffs.length + 1;
  }

  /** How many sums over queries there are for each key: none, or one for each band and decay. */
  int parts() {
    return received ? bands() + decays.size() : 0;
  }

  /** Which of the columns one is. */
  int index(PositionColumn column) {
    return asked(columns, column, "columns()");
  }

  /** Which of the parts of what keys receive a decay is. */
  int index(QueryDecay decay) {
    return bands() + asked(decays, decay, "decays()");
  }

  /** The first of the bands that make up one. */
  int first(DistanceBand band) {
    return band.from() == -DistanceBand.UNBOUNDED ? 0 : edge(band, band.from() - 1) + 1;
  }

  /** The last of the bands that make up one. */
  int last(DistanceBand band) {
    return band.to() == DistanceBand.UNBOUNDED ? cutoffs.length : edge(band, band.to());
  }

  /**
   * What to sum in a layer: in all layers the same, as long as they have as many queries and keys.
   *
   * @param layer whose scope lies in that of the pass, which owns the arrays
   */
  MomentSums sums(AttentionInput layer) {
    int queries = (int) layer.query().getShape().get(2);
    int keys = (int) layer.key().getShape().get(2);
    int[] lengths = layer.mask().queryLengths();
    if (sums == null || queries != queriesOfSums || keys != keysOfSums) {
      NDManager pass = layer.scope().getParentManager();
      sums =
          new MomentSums(
              columns(pass, keys),
              decays.isEmpty() ? null : rows(pass, lengths, queries),
              cutoffs,
              received ? Received.SUMMED : Received.LEFT_OUT);
      queriesOfSums = queries;
      keysOfSums = keys;
    }
    return sums;
  }

  private NDArray columns(NDManager scope, int keys) {
    int width = columns.size();
    float[] values = new float[tokens.size() * keys * width];
    for (int b = 0; b < tokens.size(); b++) {
      SequenceTokens sequence = tokens.get(b);
      for (int c = 0; c < width; c++) {
        PositionColumn column = columns.get(c);
        for (int s = 0; s < sequence.length(); s++) {
          values[(b * keys + s) * width + c] = column.at(s, sequence);
        }
      }
    }
    return Uploads.of(scope, values, tokens.size(), keys, width);
  }

  private NDArray rows(NDManager scope, int[] lengths, int queries) {
    int width = decays.size();
    float[] values = new float[lengths.length * queries * width];
    for (int b = 0; b < lengths.length; b++) {
      for (int t = 0; t < lengths[b]; t++) {
        for (int r = 0; r < width; r++) {
          values[(b * queries + t) * width + r] = decays.get(r).at(t, lengths[b]);
        }
      }
    }
    return Uploads.of(scope, values, lengths.length, queries, width);
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
}
