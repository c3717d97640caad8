package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MarginalRelevanceTest {

  private static final float[][] COSINES = {
    {1, 0.95f, 0.1f, 0},
    {0.95f, 1, 0.1f, 0},
    {0.1f, 0.1f, 1, 0},
    {0, 0, 0, 1}
  };
  private static final double[] RELEVANCE = {1, 0.95, 0.5, 0.05};

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
    assertThat(MarginalRelevance.choose(items(4, 4), equal, i -> none, 0.7))
        .containsExactly(0, 1, 2, 3);
    double[] negative = {-1, -1, -1};
    assertThat(MarginalRelevance.choose(items(3, 3), negative)).containsExactly(0, 1, 2);
    double[] rounded = {0.1, 0.5, 0.5 + 1e-7, 0.4};
    assertThat(MarginalRelevance.choose(items(4, 1), rounded))
        .as("the same sentence in another batch")
        .containsExactly(1);
    assertThat(MarginalRelevance.choose(items(4, 1), new double[] {0.1, 0.5, 0.50001, 0.4}))
        .containsExactly(2);
  }

  @Test
  void everythingIsPickedOnce() {
    assertThat(choose(9, 0.3)).containsExactlyInAnyOrder(0, 1, 2, 3);
  }

  @Test
  void whatDoesNotFitIsPassedOver() {
    Allowance allowance = new Allowance(new int[] {7, 4, 3, 2}, 8);
    // 7 of 8 are spent on the first: none of the others fits
    assertThat(MarginalRelevance.choose(allowance, RELEVANCE)).containsExactly(0);
    allowance = new Allowance(new int[] {9, 4, 5, 2}, 8);
    assertThat(MarginalRelevance.choose(allowance, RELEVANCE)).containsExactly(1, 3);
  }

  @Test
  void nothingThatFitsIsAnError() {
    Allowance allowance = new Allowance(new int[] {9, 9, 9, 9, 1}, 8); // the last was not read
    assertThatThrownBy(() -> MarginalRelevance.choose(allowance, RELEVANCE))
        .hasMessage("no sentence that was read fits into the budget");
  }

  @Test
  void scoresWithoutNumbersAreRefused() {
    assertThatThrownBy(() -> MarginalRelevance.choose(items(2, 2), new double[] {1, Double.NaN}))
        .hasMessage("the score of sentence 1 is NaN: the model gave no number");
  }

  @Test
  void highestRelevanceBecomesOne() {
    assertThat(MarginalRelevance.ofHighest(new double[] {0.2, 0.4})).containsExactly(0.5, 1);
    assertThat(MarginalRelevance.ofHighest(new double[] {0, -1})).containsExactly(0, -1);
    assertThat(MarginalRelevance.ofHighest(new double[0])).isEmpty();
  }

  private static int[] choose(int count, double lambda) {
    return MarginalRelevance.choose(items(4, count), RELEVANCE, i -> COSINES[i], lambda);
  }

  private static Allowance items(int n, int count) {
    int[] costs = new int[n];
    Arrays.fill(costs, 1);
    return new Allowance(costs, count);
  }
}
