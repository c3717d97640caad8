package io.sparkattention.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchPlannerTest {

  @Test
  void sortsByLengthAndKeepsTheOrderOfEqualOnes() {
    List<int[]> plan = BatchPlanner.plan(new int[] {3, 9, 3, 9, 1}, TokenBudget.packed(18));
    assertThat(plan).containsExactly(new int[] {1, 3}, new int[] {0, 2, 4});
  }

  @Test
  void countsPaddingWhereAsked() {
    int[] lengths = {10, 2, 2, 2};
    assertThat(BatchPlanner.plan(lengths, TokenBudget.packed(16))).hasSize(1);
    assertThat(BatchPlanner.plan(lengths, TokenBudget.padded(16)))
        .containsExactly(new int[] {0}, new int[] {1, 2, 3});
  }

  @Test
  void aSequenceOverTheBudgetIsAlone() {
    assertThat(BatchPlanner.plan(new int[] {2, 100, 2}, TokenBudget.packed(8)))
        .containsExactly(new int[] {1}, new int[] {0, 2});
  }

  @Test
  void nothingMakesNoBatch() {
    assertThat(BatchPlanner.plan(new int[0], TokenBudget.packed(8))).isEmpty();
  }

  @Test
  void everySequenceIsInOneBatchWithinTheBudget() {
    long seed = 7;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int[] lengths = IntStream.range(0, random.nextInt(60)).map(i -> random.nextInt(40)).toArray();
      TokenBudget budget =
          new TokenBudget(
              1 + random.nextInt(100),
              1 + random.nextInt(10),
              TokenBudget.Padding.values()[random.nextInt(2)]);
      List<int[]> plan = BatchPlanner.plan(lengths, budget);
      String where = "seed %d, round %d".formatted(seed, round);
      assertThat(plan.stream().flatMapToInt(Arrays::stream).sorted().toArray())
          .as(where)
          .isEqualTo(IntStream.range(0, lengths.length).toArray());
      for (int[] batch : plan) {
        long tokens = Arrays.stream(batch).mapToLong(i -> lengths[i]).sum();
        long longest = Arrays.stream(batch).map(i -> lengths[i]).max().orElseThrow();
        long cost = budget.padding() == TokenBudget.Padding.FREE ? tokens : longest * batch.length;
        assertThat(batch.length == 1 || cost <= budget.maxTokens()).as(where).isTrue();
        assertThat(batch.length).as(where).isLessThanOrEqualTo(budget.maxRows());
      }
    }
  }

  @Test
  void refusesAnEmptyBudget() {
    assertThatThrownBy(() -> TokenBudget.packed(0)).hasMessageContaining("0 tokens");
    assertThatThrownBy(() -> new TokenBudget(1, 0, TokenBudget.Padding.FREE))
        .hasMessageContaining("0 rows");
  }
}
