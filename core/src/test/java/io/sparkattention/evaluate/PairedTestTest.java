package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedTestTest {

  private static final PairedTest TEST = PairedTest.DEFAULT;

  @Test
  void runsAreMatchedByItem() {
    ItemScores first =
        ItemScores.of("mrr", Map.of("a", 0.5, "b", 1.0, "c", 0.25, "d", 0.5, "only", 1.0));
    ItemScores second =
        ItemScores.of("mrr", Map.of("d", 0.5, "c", 0.5, "b", 0.5, "a", 1.0, "e", Double.NaN));
    PairedComparison compared = TEST.compare(first, second);
    assertThat(compared.difference().n()).isEqualTo(4);
    assertThat(compared.difference().missing()).isEqualTo(2);
    assertThat(compared.difference().mean()).isCloseTo(0.0625, within(1e-12));
    assertThat(compared.better()).isEqualTo(2);
    assertThat(compared.worse()).isEqualTo(1);
    assertThat(compared.ties()).isEqualTo(1);
    assertThatThrownBy(() -> TEST.compare(first, ItemScores.of("map", Map.of())))
        .hasMessageContaining("mrr")
        .hasMessageContaining("map");
  }

  @Test
  void exchangingTheRunsChangesOnlySigns() {
    Random random = new Random(8);
    Map<String, Double> a = new HashMap<>();
    Map<String, Double> b = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      a.put("i" + i, random.nextDouble());
      b.put("i" + i, random.nextDouble());
    }
    PairedComparison there = TEST.compare(ItemScores.of("x", a), ItemScores.of("x", b));
    PairedComparison back = TEST.compare(ItemScores.of("x", b), ItemScores.of("x", a));
    assertThat(back.difference().mean()).isCloseTo(-there.difference().mean(), within(1e-12));
    assertThat(back.randomizationP()).isEqualTo(there.randomizationP());
    assertThat(back.tP()).isCloseTo(there.tP(), within(1e-12));
    assertThat(back.better()).isEqualTo(there.worse());
    assertThat(there.exact()).isFalse();
  }

  @Test
  void degenerateDifferencesHaveDefinedOutcomes() {
    PairedComparison none = TEST.compare(new double[0]);
    assertThat(none.randomizationP()).isNaN();
    assertThat(none.tP()).isNaN();
    PairedComparison one = TEST.compare(new double[] {0.5});
    assertThat(one.randomizationP()).isEqualTo(1);
    assertThat(one.tP()).isNaN();
    PairedComparison equal = TEST.compare(new double[100]);
    assertThat(equal.randomizationP()).isEqualTo(1);
    assertThat(equal.tP()).isEqualTo(1);
    assertThat(equal.ties()).isEqualTo(100);
    PairedComparison constant = TEST.compare(new double[] {0.5, 0.5, 0.5, 0.5});
    assertThat(constant.randomizationP()).isEqualTo(2.0 / 16);
    assertThat(constant.tP()).isZero();
  }

  @Test
  void drawnPermutationsComeCloseToAllOfThem() {
    long seed = 9;
    Random random = new Random(seed);
    double[] few = random.doubles(20, -0.3, 0.7).toArray();
    PairedComparison exact = TEST.compare(few);
    assertThat(exact.exact()).isTrue();
    double[] more = Arrays.copyOf(few, 21);
    more[20] = 1e-9; // one difference more, which changes nothing
    PairedComparison drawn = TEST.compare(more);
    assertThat(drawn.exact()).isFalse();
    assertThat(drawn.randomizationP())
        .as("seed %d", seed)
        .isCloseTo(exact.randomizationP(), within(0.01));
    assertThat(TEST.compare(more)).isEqualTo(drawn);
  }

  @Test
  void withoutAnEffectPIsSmallAsOftenAsItSays() {
    long seed = 10;
    Random random = new Random(seed);
    int small = 0;
    for (int trial = 0; trial < 300; trial++) {
      double[] differences = random.doubles(12, -1, 1).toArray();
      small += TEST.compare(differences).randomizationP() <= 0.1 ? 1 : 0;
    }
    assertThat(small / 300.0).as("seed %d", seed).isBetween(0.05, 0.15);
  }

  @Test
  void sumsThatAreEqualButForRoundingTie() {
    // 0.1 + 0.2 - 0.3 is not 0 in doubles, though the signs +++, ++- and so on pair up
    double p = TEST.compare(new double[] {0.1, 0.2, -0.3}).randomizationP();
    assertThat(p).isEqualTo(1);
  }

  @Test
  void tooFewPermutationsAreRefused() {
    assertThatThrownBy(() -> new PairedTest(Bootstrap.DEFAULT, 10, 1)).hasMessageContaining("10");
  }
}
