package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.attention.Direction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.junit.jupiter.api.Test;

class StatisticsAccumulatorTest {
  private static final StatisticsPlan PLAN =
      StatisticsPlan.of(List.of("entropy", "mean-distance", "received-attention", "sink-rate"));
  private static final RecursiveComparisonConfiguration CLOSE =
      RecursiveComparisonConfiguration.builder()
          .withComparatorForType((a, b) -> close(a, b) ? 0 : Float.compare(a, b), Float.class)
          .build();

  private static boolean close(float a, float b) {
    return Float.compare(a, b) == 0 || Math.abs(a - b) <= 1e-6f;
  }

  private static double[][][] heads(int n, long seed) {
    Random random = new Random(seed);
    return new double[][][] {
      WeightMaps.random(n, Direction.BIDIRECTIONAL, 1, random),
      WeightMaps.random(n, Direction.BIDIRECTIONAL, 4, random)
    };
  }

  private static StatisticsAccumulator piece(double[][][] heads) {
    StatisticsProbe probe = new StatisticsProbe(PLAN);
    double[][][][] batch = {heads};
    MatrixAttended.show(probe, 0, Direction.BIDIRECTIONAL, batch, heads[0].length);
    MatrixAttended.show(probe, 1, Direction.BIDIRECTIONAL, batch, heads[0].length);
    return probe.sequences().get(0);
  }

  private static StatisticsAccumulator piece(int n, long seed) {
    return piece(heads(n, seed));
  }

  private static StatisticsAccumulator empty() {
    return new StatisticsAccumulator(PLAN);
  }

  @Test
  void mergingIsAssociativeAndCommutative() {
    StatisticsAccumulator leftFirst = piece(5, 1).merge(piece(9, 2)).merge(piece(3, 3));
    StatisticsAccumulator rightFirst = piece(5, 1).merge(piece(9, 2).merge(piece(3, 3)));
    StatisticsAccumulator reversed = piece(3, 3).merge(piece(9, 2)).merge(piece(5, 1));
    assertThat(rightFirst.statistics())
        .usingRecursiveComparison(CLOSE)
        .isEqualTo(leftFirst.statistics());
    assertThat(reversed.statistics())
        .usingRecursiveComparison(CLOSE)
        .isEqualTo(leftFirst.statistics());
  }

  @Test
  void mergingWithNothingChangesNothing() {
    DocumentStatistics expected = piece(7, 4).statistics();
    assertThat(empty().merge(piece(7, 4)).statistics())
        .usingRecursiveComparison()
        .isEqualTo(expected);
    assertThat(piece(7, 4).merge(empty()).statistics())
        .usingRecursiveComparison()
        .isEqualTo(expected);
  }

  @Test
  void nothingHasNoNumbers() {
    DocumentStatistics nothing = empty().statistics();
    assertThat(nothing.values()).containsOnly(Float.NaN);
    assertThat(nothing.heads()).isEmpty();
    assertThat(nothing.tokens()).isEmpty();
  }

  @Test
  void piecesCountByTheirQueries() {
    double[][][] small = heads(4, 5);
    double[][][] large = heads(12, 6);
    DocumentStatistics merged = piece(small).merge(piece(large)).statistics();
    for (int h = 0; h < 2; h++) {
      double expected =
          (IntStream.range(0, 4).mapToDouble(entropy(small[h])).sum()
                  + IntStream.range(0, 12).mapToDouble(entropy(large[h])).sum())
              / 16;
      assertThat((double) merged.heads().get(h).values()[0]).isCloseTo(expected, within(1e-5));
    }
  }

  private static IntToDoubleFunction entropy(double[][] weights) {
    double[] nats = NaiveStatistics.entropy(weights);
    return t -> nats[t];
  }

  @Test
  void thresholdIsAppliedAfterMerging() {
    StatisticsAccumulator strong = sink(10, 0.5);
    StatisticsAccumulator weak = sink(30, 0.2);
    assertThat(strong.statistics().values()[3]).isEqualTo(1);
    DocumentStatistics merged = strong.merge(weak).statistics();
    assertThat(merged.heads().get(0).values()[3]).isCloseTo(0.275f, within(1e-6f));
    assertThat(merged.values()[3]).isZero();
  }

  private static StatisticsAccumulator sink(int n, double weight) {
    return piece(new double[][][] {WeightMaps.sink(n, 0, weight)});
  }

  @Test
  void tokensOfOverlappingPiecesAreAveragedAndSpecialTokensLeftOut() {
    double[][][] first = heads(5, 7); // special token, words 0 to 2, special token
    double[][][] second = heads(4, 8); // special token, words 2 and 3, special token
    DocumentStatistics merged =
        empty()
            .merge(piece(first), new int[] {-1, 0, 1, 2, -1})
            .merge(piece(second), new int[] {-1, 2, 3, -1})
            .statistics();
    assertThat(merged.tokens())
        .extracting(DocumentStatistics.Token::position)
        .containsExactly(0, 1, 2, 3);
    float[] ofFirst = entropies(first);
    float[] ofSecond = entropies(second);
    float[] expected = {
      ofFirst[1], ofFirst[2], (ofFirst[3] + ofSecond[1]) / 2, ofSecond[2],
    };
    for (int t = 0; t < expected.length; t++) {
      assertThat(merged.tokens().get(t).values()[0]).isCloseTo(expected[t], within(1e-5f));
    }
  }

  private static float[] entropies(double[][][] heads) {
    List<DocumentStatistics.Token> tokens = piece(heads).statistics().tokens();
    float[] values = new float[tokens.size()];
    IntStream.range(0, values.length).forEach(t -> values[t] = tokens.get(t).values()[0]);
    return values;
  }

  @Test
  void positionsThatNoPieceHoldsAreNotReported() {
    DocumentStatistics merged = empty().merge(piece(2, 9), new int[] {1000, 3}).statistics();
    assertThat(merged.tokens())
        .extracting(DocumentStatistics.Token::position)
        .containsExactly(3, 1000);
  }

  @Test
  void refusesPiecesThatDoNotFit() {
    assertThatThrownBy(() -> empty().merge(piece(3, 1), new int[] {0, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a piece of 3 tokens and positions for 2: give one position per token");
    StatisticsAccumulator other = new StatisticsAccumulator(StatisticsPlan.of(List.of("entropy")));
    assertThatThrownBy(() -> empty().merge(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[entropy] do not merge with [entropy, mean-distance");
  }

  @Test
  void travelsBetweenProcesses() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(piece(5, 1));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      StatisticsAccumulator arrived = (StatisticsAccumulator) in.readObject();
      assertThat(arrived.statistics())
          .usingRecursiveComparison()
          .isEqualTo(piece(5, 1).statistics());
    }
  }
}
