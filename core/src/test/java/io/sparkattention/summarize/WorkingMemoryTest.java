package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkingMemoryTest {

  @Test
  void aFewChainsAreInMindAndOthersAreRecalled() {
    WorkingMemory memory = new WorkingMemory(2).afterReading(new int[] {1, 2, 3});
    assertThat(ties(memory, 2)).isEqualTo(1);
    assertThat(ties(memory, 3)).isEqualTo(1);
    assertThat(ties(memory, 1)).isEqualTo(WorkingMemory.RECALL); // was forgotten
    assertThat(ties(memory, 9)).isZero(); // was never met
    assertThat(ties(memory, 1, 2, 3, 9)).isEqualTo((0.5 + 1 + 1 + 0) / 4);
    assertThat(ties(memory)).isZero();
  }

  @Test
  void whatIsMetAgainStaysInMind() {
    WorkingMemory memory =
        new WorkingMemory(2)
            .afterReading(new int[] {1, 2})
            .afterReading(new int[] {1})
            .afterReading(new int[] {3});
    assertThat(ties(memory, 1, 3)).isEqualTo(1);
    assertThat(ties(memory, 2)).isEqualTo(0.5);
    assertThat(ties(memory.afterReading(new int[] {2}), 2)).isEqualTo(1); // recalled
  }

  @Test
  void readingLeavesTheOlderMemoryAsItWas() {
    WorkingMemory before = new WorkingMemory(1).afterReading(new int[] {1});
    before.afterReading(new int[] {2});
    assertThat(ties(before, 1)).isEqualTo(1);
    assertThat(ties(before, 2)).isZero();
  }

  @Test
  void chainsOfTheNextSentenceCountToo() {
    WorkingMemory memory = new WorkingMemory(1).afterReading(new int[] {1, 2});
    assertThat(memory.ties(new int[] {1, 7}, Set.of(7))).isEqualTo((0.5 + 1) / 2);
    assertThat(memory.ties(new int[] {1}, Set.of(1))).isEqualTo(1);
  }

  private static double ties(WorkingMemory memory, int... chains) {
    return memory.ties(chains, Set.of());
  }
}
