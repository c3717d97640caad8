package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  @Test
  void degenerateSamplesHaveDefinedOutcomes() {
    Estimate none = Bootstrap.DEFAULT.estimate(new double[0]);
    assertThat(none).isEqualTo(new Estimate(0, 0, Double.NaN, Double.NaN, Double.NaN));
    Estimate missing = Bootstrap.DEFAULT.estimate(new double[] {Double.NaN, Double.NaN});
    assertThat(missing).isEqualTo(new Estimate(0, 2, Double.NaN, Double.NaN, Double.NaN));
    Estimate one = Bootstrap.DEFAULT.estimate(new double[] {0.5, Double.NaN});
    assertThat(one).isEqualTo(new Estimate(1, 1, 0.5, Double.NaN, Double.NaN));
    Estimate same = Bootstrap.DEFAULT.estimate(new double[] {0.25, 0.25, 0.25});
    assertThat(same).isEqualTo(new Estimate(3, 0, 0.25, 0.25, 0.25));
    assertThatThrownBy(() -> Bootstrap.DEFAULT.estimate(new double[] {1 / 0.0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("infinite");
  }

  @Test
  void theIntervalOfThreeItemsIsThatOfAllTheirResamples() {
    // 27 equally likely resamples of 0, 0, 3: the mean is 3 once, 2 in 6, 1 in 12, 0 in 8 of 27
    Bootstrap half = new Bootstrap(200_000, 0.5, 7);
    Estimate estimate = half.estimate(new double[] {0, 0, 3});
    assertThat(estimate.low()).isEqualTo(0); // the first quarter ends within 8 / 27
    assertThat(estimate.high()).isEqualTo(2); // and the last begins behind 20 / 27
    assertThat(new Bootstrap(200_000, 0.4, 7).estimate(new double[] {0, 0, 3}).low()).isEqualTo(1);
  }

  @Test
  void theIntervalHoldsTheTrueMeanAboutAsOftenAsItSays() {
    long seed = 5;
    Random random = new Random(seed);
    int held = 0;
    for (int sample = 0; sample < 300; sample++) {
      double[] values = random.doubles(60).toArray(); // their mean is 0.5
      Estimate estimate = new Bootstrap(1000, 0.95, sample).estimate(values);
      assertThat(estimate.mean()).isBetween(estimate.low(), estimate.high());
      held += estimate.low() <= 0.5 && 0.5 <= estimate.high() ? 1 : 0;
    }
    assertThat(held / 300.0).as("seed %d", seed).isBetween(0.90, 0.985);
  }

  @Test
  void equalSeedsGiveEqualIntervalsAndOrderOfItemsDoesNotMatter() {
    long seed = 6;
    Random random = new Random(seed);
    Map<String, Double> values = new TreeMap<>();
    for (int i = 0; i < 50; i++) {
      values.put("item" + i, random.nextDouble());
    }
    ItemScores all = ItemScores.of("rouge1", values);
    ItemScores even = part(values, 0);
    ItemScores odd = part(values, 1);
    assertThat(even.merge(odd)).isEqualTo(all).isEqualTo(odd.merge(even));
    assertThat(Bootstrap.DEFAULT.estimate(odd.merge(even)))
        .isEqualTo(Bootstrap.DEFAULT.estimate(all));
    Estimate other = new Bootstrap(2000, 0.95, 43).estimate(all);
    assertThat(other).isNotEqualTo(Bootstrap.DEFAULT.estimate(all));
    assertThat(other.low()).isCloseTo(Bootstrap.DEFAULT.estimate(all).low(), within(0.02));
  }

  @Test
  void partsThatDoNotFitAreRefused() {
    ItemScores rouge = ItemScores.of("rouge1", Map.of("a", 1.0));
    assertThatThrownBy(() -> rouge.merge(ItemScores.of("mrr", Map.of("b", 1.0))))
        .hasMessageContaining("rouge1")
        .hasMessageContaining("mrr");
    assertThatThrownBy(() -> rouge.merge(rouge)).hasMessageContaining("a was scored twice");
  }

  @Test
  void optionsThatGiveNoIntervalAreRefused() {
    assertThatThrownBy(() -> new Bootstrap(999, 0.95, 1)).hasMessageContaining("999");
    assertThatThrownBy(() -> new Bootstrap(1000, 1, 1)).hasMessageContaining("confidence");
  }

  private static ItemScores part(Map<String, Double> values, int remainder) {
    Map<String, Double> part = new TreeMap<>();
    values.forEach(
        (id, value) -> {
          if (Math.floorMod(id.hashCode(), 2) == remainder) {
            part.put(id, value);
          }
        });
    return ItemScores.of("rouge1", part);
  }
}
