package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarginalRelevanceTest {

  private static final float[][] COSINES = {
    {1, 0.95f, 0.1f, 0},
    {0.95f, 1, 0.1f, 0},
    {0.1f, 0.1f, 1, 0},
    {0, 0, 0, 1}
  };
  private static final double[] RELEVANCE = {0.4, 0.38, 0.2, 0.02};

  @Test
  void repetitionIsPassedOver() {
    assertThat(choose(3, 0.5)).containsExactly(0, 2, 3);
  }

  @Test
  void fullLambdaLooksAtRelevanceAlone() {
    assertThat(choose(3, 1)).containsExactly(0, 1, 2);
  }

  @Test
  void valuesAreThoseOfTheFormula() {
    // second pick: 0.7 * 0.95 - 0.3 * 0.95 = 0.38 against 0.7 * 0.5 - 0.3 * 0.1 = 0.32
    assertThat(choose(2, 0.7)).containsExactly(0, 1);
    // 0.6 * 0.95 - 0.4 * 0.95 = 0.19 against 0.6 * 0.5 - 0.4 * 0.1 = 0.26
    assertThat(choose(2, 0.6)).containsExactly(0, 2);
  }

  @Test
  void ofEqualItemsTheFirstIsPicked() {
    double[] equal = {0.25, 0.25, 0.25, 0.25};
    float[] none = new float[4];
    assertThat(MarginalRelevance.choose(4, equal, i -> none, 0.7)).containsExactly(0, 1, 2, 3);
  }

  @Test
  void everythingIsPickedOnce() {
    assertThat(choose(9, 0.3)).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(MarginalRelevance.choose(3, new double[0], i -> new float[0], 0.3)).isEmpty();
  }

  private static int[] choose(int count, double lambda) {
    return MarginalRelevance.choose(count, RELEVANCE, i -> COSINES[i], lambda);
  }
}
