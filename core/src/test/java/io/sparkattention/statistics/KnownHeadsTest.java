package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.attention.Direction;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Heads whose statistics are known without computing them. */
class KnownHeadsTest {
  private static final int N = 24;

  private static DocumentStatistics of(String spec, Direction direction, double[][]... heads) {
    StatisticsProbe probe = new StatisticsProbe(StatisticsPlan.of(List.of(spec)));
    MatrixAttended.show(probe, 0, direction, new double[][][][] {heads}, N + 3);
    return probe.sequences().get(0).statistics();
  }

  private static double head(String spec, double[][] weights) {
    return of(spec, Direction.BIDIRECTIONAL, weights).heads().get(0).values()[0];
  }

  @Test
  void uniformHeadHasTheEntropyOfItsLength() {
    double[][] uniform = WeightMaps.uniform(N, Direction.BIDIRECTIONAL);
    assertThat(head("entropy", uniform)).isCloseTo(Math.log(N), within(1e-6));
    assertThat(head("entropy:unit=relative", uniform)).isCloseTo(1, within(1e-6));
    double[][] causal = WeightMaps.uniform(N, Direction.CAUSAL);
    assertThat(of("entropy:unit=relative", Direction.CAUSAL, causal).values()[0])
        .isCloseTo(1, within(1e-6f));
  }

  @Test
  void permutationHeadHasNoEntropyAndReceivesEvenly() {
    double[][] reversal = WeightMaps.single(N, (t, n) -> n - 1 - t);
    assertThat(head("entropy", reversal)).isZero();
    assertThat(head("received-attention", reversal)).isCloseTo(0, within(1e-6));
  }

  @Test
  void diagonalHeadHasNoDistance() {
    assertThat(head("mean-distance", WeightMaps.single(N, (t, n) -> t))).isZero();
  }

  @Test
  void neighbourHeadsHaveDistanceOne() {
    double[][] previous = WeightMaps.single(N, (t, n) -> Math.max(0, t - 1));
    double[][] next = WeightMaps.single(N, (t, n) -> Math.min(n - 1, t + 1));
    double expected = (N - 1.0) / N; // the token at the border attends to itself
    assertThat(head("mean-distance", previous)).isCloseTo(expected, within(1e-6));
    assertThat(head("mean-distance", next)).isCloseTo(expected, within(1e-6));
    List<DocumentStatistics.Token> tokens =
        of("mean-distance", Direction.CAUSAL, previous).tokens();
    assertThat(tokens.get(0).values()[0]).isZero();
    assertThat(tokens.subList(1, N)).allSatisfy(t -> assertThat(t.values()[0]).isEqualTo(1f));
  }

  @Test
  void plantedSinkIsFound() {
    double[][] sink = WeightMaps.sink(N, 0, 0.7);
    double[][] weak = WeightMaps.sink(N, 0, 0.2);
    double[][] other = WeightMaps.sink(N, 4, 0.9);
    DocumentStatistics first = of("sink-rate", Direction.BIDIRECTIONAL, sink, weak, other);
    assertThat(first.heads().get(0).values()[0]).isCloseTo(0.7f, within(1e-6f));
    assertThat(first.heads().get(1).values()[0]).isCloseTo(0.2f, within(1e-6f));
    assertThat(first.values()[0]).isCloseTo(1 / 3f, within(1e-6f));
    DocumentStatistics fifth = of("sink-rate:k=5", Direction.BIDIRECTIONAL, sink, weak, other);
    assertThat(fifth.heads().get(2).values()[0]).isCloseTo(0.9f, within(1e-6f));
    assertThat(fifth.values()[0]).isCloseTo(1 / 3f, within(1e-6f));
  }

  @Test
  void sinkRateFallsAsTheThresholdRises() {
    double[][][] heads = new double[10][][];
    for (int h = 0; h < heads.length; h++) {
      heads[h] = WeightMaps.sink(N, 0, 0.05 + 0.1 * h);
    }
    for (int step = 0; step < 10; step++) {
      String spec = "sink-rate:epsilon=0." + step;
      assertThat(of(spec, Direction.BIDIRECTIONAL, heads).values()[0])
          .as(spec)
          .isCloseTo(1 - step / 10f, within(1e-6f));
    }
  }

  @Test
  void tokenThatReceivesEverythingIsTheMostUnequalHead() {
    double[][] sink = WeightMaps.single(N, (t, n) -> 6);
    DocumentStatistics found = of("received-attention", Direction.BIDIRECTIONAL, sink);
    assertThat(found.heads().get(0).values()[0]).isCloseTo(1, within(1e-6f));
    assertThat(found.tokens().get(6).values()[0]).isEqualTo(N);
    assertThat(found.tokens().get(5).values()[0]).isZero();
  }

  @Test
  void receivedAttentionAddsUpToTheQueries() {
    double[][] map = WeightMaps.random(N, Direction.CAUSAL, 2, new Random(5));
    double[][] uniform = WeightMaps.uniform(N, Direction.CAUSAL);
    double total =
        of("received-attention", Direction.CAUSAL, map, uniform).tokens().stream()
            .mapToDouble(token -> token.values()[0])
            .sum();
    assertThat(total).isCloseTo(N, within(1e-4));
  }

  @Test
  void whatIsNotDefinedIsNotANumber() {
    double[][] one = WeightMaps.uniform(1, Direction.BIDIRECTIONAL);
    assertThat(head("entropy", one)).isZero();
    assertThat(head("mean-distance", one)).isZero();
    assertThat(head("sink-rate", one)).isEqualTo(1);
    assertThat(head("entropy:unit=relative", one)).isNaN();
    assertThat(head("received-attention", one)).isNaN();
    assertThat(head("sink-rate:k=2", one)).isNaN();
    assertThat(of("sink-rate:k=2", Direction.BIDIRECTIONAL, one).values()[0]).isNaN();
  }

  @Test
  void emptySequenceHasNoNumbers() {
    for (String spec : List.of("entropy", "mean-distance", "received-attention", "sink-rate")) {
      DocumentStatistics found = of(spec, Direction.BIDIRECTIONAL, new double[0][0]);
      assertThat(found.values()[0]).as(spec).isNaN();
      assertThat(found.tokens()).as(spec).isEmpty();
    }
  }

  @Test
  void queryThatSeesNothingHasNoDistanceAndNoEntropy() {
    double[][] nothing = new double[N][N];
    assertThat(head("entropy", nothing)).isZero();
    assertThat(head("mean-distance", nothing)).isZero();
    assertThat(head("received-attention", nothing)).isNaN();
  }
}
