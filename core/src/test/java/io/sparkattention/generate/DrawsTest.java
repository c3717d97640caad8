package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Draws of different seeds, prompts and steps have nothing to do with each other. */
class DrawsTest {

  private static final int STEPS = 400;

  @Test
  void neighbouringSeedsAndPromptsShareNoDraws() {
    int[][] prompts = {{5, 9}, {9, 5}, {5}, {5, 9, 0}};
    Set<Float> seen = new HashSet<>();
    for (long seed = 1; seed <= 2; seed++) {
      for (int[] prompt : prompts) {
        long key = Draws.key(seed, prompt);
        for (int step = 0; step < STEPS; step++) {
          seen.add(Draws.uniform(key, step));
        }
      }
    }
    // 3200 draws of 2^24 values: 0.3 pairs are equal by chance
    assertThat(seen).hasSizeGreaterThanOrEqualTo(2 * prompts.length * STEPS - 3);
    assertThat(draws(1)).doesNotContainAnyElementsOf(draws(2));
  }

  @Test
  void drawsAreUniformAlongStepsSeedsAndPrompts() {
    int count = 20_000;
    double[][] ways = new double[3][count];
    for (int i = 0; i < count; i++) {
      ways[0][i] = Draws.uniform(Draws.key(1, new int[] {7}), i);
      ways[1][i] = Draws.uniform(Draws.key(i, new int[] {7}), 0);
      ways[2][i] = Draws.uniform(Draws.key(1, new int[] {i}), 0);
    }
    for (double[] way : ways) {
      double sum = 0;
      double squares = 0;
      double neighbours = 0;
      for (int i = 0; i < count; i++) {
        assertThat(way[i]).isBetween(0.0, Math.nextDown(1.0));
        sum += way[i];
        squares += (way[i] - 0.5) * (way[i] - 0.5);
        neighbours += i == 0 ? 0 : (way[i] - 0.5) * (way[i - 1] - 0.5);
      }
      // four standard deviations each
      assertThat(sum / count).isEqualTo(0.5, within(0.0082));
      assertThat(squares / count).isEqualTo(1 / 12.0, within(0.0022));
      assertThat(neighbours / count).isEqualTo(0, within(0.0024));
    }
  }

  private static Set<Float> draws(long seed) {
    Set<Float> draws = new HashSet<>();
    long key = Draws.key(seed, new int[] {5, 9});
    for (int step = 0; step < STEPS; step++) {
      draws.add(Draws.uniform(key, step));
    }
    return draws;
  }
}
