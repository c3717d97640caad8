package io.sparkattention.statistics;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * The numbers that row statistics give the sampled queries of a batch. Each row is formed once for
 * all statistics, and no more than some rows at a time.
 */
final class SampledRows {

  /** Rows that are formed together where at least a quarter of them is sampled. */
  private static final int BLOCK = 32;

  private final List<RowStatistic> statistics;
  private final double[][][][] numbers; // [statistic][sequence][head][query]

  private SampledRows(List<RowStatistic> statistics, Observation observation) {
    this.statistics = statistics;
    int[] lengths = observation.input().mask().queryLengths();
    int heads = observation.input().heads();
    numbers = new double[statistics.size()][lengths.length][heads][];
    for (double[][][] ofStatistic : numbers) {
      for (int b = 0; b < lengths.length; b++) {
        for (int h = 0; h < heads; h++) {
          ofStatistic[b][h] = new double[lengths[b]];
          Arrays.fill(ofStatistic[b][h], Double.NaN);
        }
      }
    }
  }

  /**
   * The numbers of all row statistics of a plan.
   *
   * @param sampled which queries of a sequence of that many are looked at
   */
  static SampledRows of(Observation observation, StatisticsPlan plan, IntFunction<int[]> sampled) {
    List<RowStatistic> statistics = plan.of(RowStatistic.class);
    SampledRows rows = new SampledRows(statistics, observation);
    int[] lengths = observation.input().mask().queryLengths();
    List<TreeSet<Integer>> samples = new ArrayList<>();
    TreeSet<Integer> all = new TreeSet<>();
    for (int length : lengths) {
      TreeSet<Integer> sample = new TreeSet<>();
      Arrays.stream(sampled.apply(length)).forEach(sample::add);
      samples.add(sample);
      all.addAll(sample);
    }
    while (!all.isEmpty()) {
      int from = all.first();
      boolean dense = all.headSet(from + BLOCK).size() * 4 >= BLOCK;
      int queries = (int) observation.input().query().getShape().get(2);
      int to = dense ? Math.min(queries, from + BLOCK) : from + 1;
      rows.read(observation, samples, from, to);
      all.headSet(to).clear();
    }
    return rows;
  }

  /** The numbers of one head, NaN for queries outside the sample. */
  double[] numbers(int sequence, int head, RowStatistic statistic) {
    return numbers[statistics.indexOf(statistic)][sequence][head].clone();
  }

  private void read(Observation observation, List<TreeSet<Integer>> samples, int from, int to) {
    int keys = (int) observation.input().key().getShape().get(2);
    float[] weights;
    try (NDArray block = observation.attended().weights(from, to)) { // (B, H, to - from, S)
      weights = block.toFloatArray();
    }
    int heads = observation.input().heads();
    for (int b = 0; b < samples.size(); b++) {
      for (int h = 0; h < heads; h++) {
        ObservedHead head = observation.head(b, h);
        for (int t : samples.get(b).subSet(from, to)) {
          int start = (((b * heads) + h) * (to - from) + t - from) * keys;
          float[] row = Arrays.copyOfRange(weights, start, start + head.keys());
          for (int i = 0; i < numbers.length; i++) {
            numbers[i][b][h][t] = statistics.get(i).row(head, t, row);
          }
        }
      }
    }
  }
}
