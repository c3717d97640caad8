package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Direction;
import io.sparkattention.registry.Registry;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Of a text with more queries than are sampled, statistics of rows are right up to chance. */
class SampledRowsTest {
  private static final int LENGTH = 600;
  private static final int ROWS = 64;

  /** What float32 adds to the error of the sample. */
  private static final double ROUNDING = 1e-5;

  private static List<String> specs() {
    return HeadDefinitions.all(Direction.CAUSAL).keySet().stream()
        .filter(spec -> AttentionStatistics.REGISTRY.parse(spec) instanceof RowStatistic)
        .toList();
  }

  private static Stream<Object[]> specsAndDirections() {
    return specs().stream()
        .flatMap(
            spec -> Arrays.stream(Direction.values()).map(which -> new Object[] {spec, which}));
  }

  @Test
  void allStatisticsOfRowsAreHere() {
    TreeSet<String> here = new TreeSet<>();
    specs().forEach(spec -> here.add(spec.split(":")[0]));
    assertThat(AttentionStatistics.REGISTRY.entries().stream().map(Registry.Entry::name))
        .filteredOn(name -> AttentionStatistics.REGISTRY.parse(name) instanceof RowStatistic)
        .containsExactlyElementsOf(here);
  }

  @ParameterizedTest
  @MethodSource("specsAndDirections")
  void lieWithinFourStandardErrors(String spec, Direction direction) {
    for (long seed = 0; seed < 5; seed++) {
      double[][] map = uneven(direction, new Random(seed));
      HeadDefinitions.Head whole = HeadDefinitions.all(direction).get(spec).apply(map);
      double[] numbers = defined(whole.tokens());
      double error =
          deviation(numbers) / Math.sqrt(ROWS) * Math.sqrt(1 - (double) ROWS / numbers.length);
      assertThat(error).as("%s varies over rows, seed %d", spec, seed).isGreaterThan(1e-4);

      double found = head(spec, direction, map, new RowSample(ROWS, seed));
      assertThat(found)
          .as("%s, %s, seed %d", spec, direction, seed)
          .isCloseTo(whole.head(), within(4 * error + ROUNDING))
          .isNotCloseTo(whole.head(), within(ROUNDING / 100)); // it was a sample
      double all = head(spec, direction, map, new RowSample(0, seed));
      assertThat(all / Math.max(1, whole.head()))
          .as("%s of all rows, seed %d", spec, seed)
          .isCloseTo(whole.head() / Math.max(1, whole.head()), within(ROUNDING));
    }
  }

  /** The mean over samples of many seeds errs by what the page on statistics says. */
  @ParameterizedTest
  @CsvSource({"600,64,0", "640,64,0", "600,64,3", "70,64,0", "5000,16,1"})
  void standardErrorIsThatOfOneRowOfEachPart(int length, int rows, double drift) {
    Random random = new Random(length + rows);
    double[] numbers = new double[length];
    Arrays.setAll(numbers, t -> random.nextGaussian() + drift * t / length);
    double variance = 0;
    double expected = 0;
    for (int i = 0; i < rows; i++) {
      double[] part = Arrays.copyOfRange(numbers, i * length / rows, (i + 1) * length / rows);
      double ownMean = NaiveStatistics.mean(part);
      expected += ownMean / rows;
      for (double x : part) {
        variance += (x - ownMean) * (x - ownMean) / part.length / rows;
      }
    }
    double error = Math.sqrt(variance / rows);
    int seeds = 4000;
    double squares = 0;
    for (int seed = 0; seed < seeds; seed++) {
      int[] sample = new RowSample(rows, seed).of(length);
      double away = Arrays.stream(sample).mapToDouble(t -> numbers[t]).sum() / rows - expected;
      squares += away * away / seeds;
    }
    assertThat(Math.sqrt(squares) / error).isCloseTo(1, within(0.06)); // 5 / √(2 · 4000)
    assertThat(error).isLessThan(deviation(numbers) / Math.sqrt(rows));
  }

  /** Some queries attend to nearly all keys alike, some to few. */
  private static double[][] uneven(Direction direction, Random random) {
    double[][] broad = WeightMaps.random(LENGTH, direction, 1, random);
    double[][] narrow = WeightMaps.random(LENGTH, direction, 8, random);
    double[][] map = new double[LENGTH][];
    Arrays.setAll(map, t -> random.nextInt(3) == 0 ? broad[t] : narrow[t]);
    return map;
  }

  private static double head(String spec, Direction direction, double[][] map, RowSample rows) {
    StatisticsPlan plan = StatisticsPlan.of(List.of(spec)).withRows(rows);
    StatisticsProbe probe =
        new StatisticsProbe(
            plan,
            plan.passes(LayersStatistic.WINDOW).get(0),
            List.of(NaiveStatistics.tokens(map.length)),
            new DenseAttention());
    MatrixAttended.show(probe, 0, direction, new double[][][][] {{map}}, map.length + 2);
    return probe.sequences().get(0).statistics().heads().get(0).values()[0];
  }

  private static double[] defined(double[] numbers) {
    return Arrays.stream(numbers).filter(x -> !Double.isNaN(x)).toArray();
  }

  /** The standard deviation over all of a finite population, s, with one less in the divisor. */
  private static double deviation(double[] numbers) {
    double mean = NaiveStatistics.mean(numbers);
    double squares = Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(squares / (numbers.length - 1));
  }
}
