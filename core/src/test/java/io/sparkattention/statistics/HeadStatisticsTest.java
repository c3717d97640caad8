package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Direction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statistics of heads against their definitions, all in one plan, and on heads that are known. */
class HeadStatisticsTest {
  private static final int[] LENGTHS = {1, 2, 3, 17, 60, 9};
  private static final Offset<Double> CLOSE = within(1e-5);

  private static StatisticsProbe probe(StatisticsPlan plan, int... lengths) {
    return new StatisticsProbe(
        plan,
        plan.passes(LayersStatistic.WINDOW).get(0),
        Arrays.stream(lengths).mapToObj(NaiveStatistics::tokens).toList(),
        new DenseAttention());
  }

  @ParameterizedTest
  @CsvSource({"BIDIRECTIONAL,1", "BIDIRECTIONAL,2", "CAUSAL,3", "CAUSAL,4"})
  void equalTheirDefinitions(Direction direction, long seed) {
    Map<String, Function<double[][], HeadDefinitions.Head>> all = HeadDefinitions.all(direction);
    List<String> specs = new ArrayList<>(all.keySet());
    StatisticsPlan plan = StatisticsPlan.of(specs);
    Random random = new Random(seed);
    double[][][][] maps = new double[LENGTHS.length][2][][];
    for (int b = 0; b < LENGTHS.length; b++) {
      for (int h = 0; h < 2; h++) {
        maps[b][h] = WeightMaps.random(LENGTHS[b], direction, 1 + 2 * h, random);
      }
    }
    StatisticsProbe probe = probe(plan, LENGTHS);
    MatrixAttended.show(probe, 0, direction, maps, 66);
    for (int b = 0; b < LENGTHS.length; b++) {
      DocumentStatistics found = probe.sequences().get(b).statistics();
      for (int i = 0; i < specs.size(); i++) {
        String place = "%s, seed %d, %d tokens".formatted(specs.get(i), seed, LENGTHS[b]);
        double[][] tokens = new double[2][];
        for (int h = 0; h < 2; h++) {
          HeadDefinitions.Head expected = all.get(specs.get(i)).apply(maps[b][h]);
          tokens[h] = expected.tokens();
          close(found.heads().get(h).values()[i], expected.head(), place);
        }
        for (int t = 0; t < LENGTHS[b]; t++) {
          double mean = NaiveStatistics.mean(new double[] {tokens[0][t], tokens[1][t]});
          close(found.tokens().get(t).values()[i], mean, place + ", token " + t);
        }
      }
    }
  }

  private static void close(double found, double expected, String place) {
    if (Double.isNaN(expected)) {
      assertThat(found).as(place).isNaN();
    } else {
      assertThat(found / Math.max(1, Math.abs(expected)))
          .as(place)
          .isCloseTo(expected / Math.max(1, Math.abs(expected)), CLOSE);
    }
  }

  private static double head(String spec, Direction direction, double[][] map) {
    StatisticsPlan plan = StatisticsPlan.of(List.of(spec));
    StatisticsProbe probe = probe(plan, map.length);
    MatrixAttended.show(probe, 0, direction, new double[][][][] {{map}}, map.length + 2);
    return probe.sequences().get(0).statistics().heads().get(0).values()[0];
  }

  @Test
  void uniformHeadIsKnown() {
    double[][] uniform = WeightMaps.uniform(40, Direction.BIDIRECTIONAL);
    assertThat(head("head-confidence", Direction.BIDIRECTIONAL, uniform))
        .isCloseTo(1.0 / 40, CLOSE);
    assertThat(head("basin-depth", Direction.BIDIRECTIONAL, uniform)).isCloseTo(0, CLOSE);
    assertThat(head("lookback-ratio", Direction.BIDIRECTIONAL, uniform)).isCloseTo(0.5, CLOSE);
    assertThat(head("non-initial-sinks", Direction.BIDIRECTIONAL, uniform)).isZero();
    assertThat(head("coverage-keys:unit=share,mass=0.5", Direction.BIDIRECTIONAL, uniform))
        .isCloseTo(0.5, within(0.026));
    assertThat(head("future-influence", Direction.BIDIRECTIONAL, uniform))
        .isCloseTo(1.0 / 40, CLOSE);
    assertThat(head("source-decay", Direction.BIDIRECTIONAL, uniform)).isCloseTo(0, CLOSE);
  }

  @Test
  void permutationHeadIsKnown() {
    double[][] reversal = WeightMaps.single(40, (t, n) -> n - 1 - t);
    assertThat(head("head-confidence", Direction.BIDIRECTIONAL, reversal)).isEqualTo(1);
    assertThat(head("saturated-queries", Direction.BIDIRECTIONAL, reversal)).isEqualTo(1);
    assertThat(head("coverage-keys", Direction.BIDIRECTIONAL, reversal)).isEqualTo(1);
    assertThat(head("block-sparsity:block=10", Direction.BIDIRECTIONAL, reversal))
        .isCloseTo(0.75, CLOSE);
  }

  @Test
  void plantedSinkInTheTextIsFound() {
    double[][] sink = WeightMaps.sink(40, 7, 0.6);
    assertThat(head("non-initial-sinks", Direction.BIDIRECTIONAL, sink)).isCloseTo(1.0 / 39, CLOSE);
    assertThat(head("non-initial-sinks", Direction.BIDIRECTIONAL, WeightMaps.sink(40, 0, 0.6)))
        .isZero();
  }

  @Test
  void plantedFadingIsRecovered() {
    int n = 40; // the first half is marked
    double[][] map = new double[n][n];
    for (int t = 0; t < n; t++) {
      map[t][0] = 0.9 - 0.01 * t;
      map[t][n - 1] = 1 - map[t][0];
    }
    assertThat(head("source-decay", Direction.BIDIRECTIONAL, map)).isCloseTo(-1, within(1e-4));
  }

  @Test
  void previousTokenHeadIsFound() {
    double[][] previous = WeightMaps.single(40, (t, n) -> Math.max(0, t - 1));
    assertThat(head("offset-share", Direction.CAUSAL, previous)).isEqualTo(1);
    assertThat(head("local-share:window=2", Direction.CAUSAL, previous)).isEqualTo(1);
    assertThat(head("windowed-distance", Direction.CAUSAL, previous)).isCloseTo(39 / 40.0, CLOSE);
  }

  @Test
  void alignmentOfOutputAndSourceIsKnown() {
    double[][] faithful = WeightMaps.single(40, (t, n) -> t);
    double[][] stuck = WeightMaps.single(40, (t, n) -> 3);
    double[][] blind = WeightMaps.uniform(40, Direction.BIDIRECTIONAL);
    assertThat(head("alignment-coverage", Direction.BIDIRECTIONAL, faithful)).isZero();
    assertThat(head("alignment-coverage", Direction.BIDIRECTIONAL, stuck))
        .isCloseTo(-(39 * Math.log(2) + Math.log(1 + 39 * 39)) / 40, CLOSE);
    assertThat(head("alignment-focus", Direction.BIDIRECTIONAL, faithful)).isZero();
    assertThat(head("alignment-focus", Direction.BIDIRECTIONAL, blind))
        .isCloseTo(-Math.log(40), CLOSE);
    assertThat(head("aligned-position", Direction.BIDIRECTIONAL, faithful))
        .isCloseTo(39 / 2.0 / 40, CLOSE);
  }
}
