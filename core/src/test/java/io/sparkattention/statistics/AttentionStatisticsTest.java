package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.attention.Direction;
import io.sparkattention.registry.Registry;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every registered statistic has to keep to. */
class AttentionStatisticsTest {

  private static Stream<String> names() {
    return AttentionStatistics.REGISTRY.entries().stream().map(Registry.Entry::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void saysWhatItIs(String name) {
    AttentionStatistic statistic = AttentionStatistics.REGISTRY.parse(name);
    assertThat(AttentionStatistics.REGISTRY.parse(AttentionStatistics.REGISTRY.format(statistic)))
        .isEqualTo(statistic);
    assertThat(statistic.caveat()).isNotBlank().doesNotEndWith(".");
    assertThat(statistic.statisticClass().cost()).isNotBlank();
    for (StatisticLevel level : StatisticLevel.values()) {
      assertThat(statistic.scale(level).unit()).isNotBlank();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void staysOnItsScale(String name) {
    StatisticsPlan plan = StatisticsPlan.of(List.of(name));
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Direction direction = Direction.values()[(int) seed % 2];
      double[][] map = WeightMaps.random(1 + random.nextInt(30), direction, seed, random);
      StatisticsProbe probe = new StatisticsProbe(plan);
      MatrixAttended.show(probe, 0, direction, new double[][][][] {{map}}, 30);
      DocumentStatistics found = probe.sequences().get(0).statistics();
      String place = name + ", seed " + seed;
      check(place, plan, StatisticLevel.DOCUMENT, found.values()[0]);
      check(place, plan, StatisticLevel.HEAD, found.heads().get(0).values()[0]);
      found.tokens().forEach(t -> check(place, plan, StatisticLevel.TOKEN, t.values()[0]));
    }
  }

  private static void check(String place, StatisticsPlan plan, StatisticLevel level, float value) {
    ValueScale scale = plan.statistics().get(0).scale(level);
    if (!Float.isNaN(value)) {
      assertThat((double) value)
          .as(place + ", " + level)
          .isBetween(scale.lowest() - 1e-6, scale.highest() + 1e-6);
    }
  }
}
