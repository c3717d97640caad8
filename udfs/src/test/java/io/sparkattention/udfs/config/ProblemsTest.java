package io.sparkattention.udfs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemsTest {

  @Test
  void everyReasonIsToldOnceInTheOrderOfTheChecks() {
    Problems problems = new Problems();
    problems.add("threads must be at least 1");
    problems.check(
        () -> {
          throw new UsageException(List.of("no input", "threads must be at least 1"));
        });
    problems.check(
        () -> {
          throw new IllegalArgumentException("no input");
        });
    assertThatThrownBy(problems::throwIfAny)
        .isInstanceOfSatisfying(
            UsageException.class,
            e ->
                assertThat(e.problems()).containsExactly("threads must be at least 1", "no input"));
  }

  @Test
  void aCheckThatPassesGivesItsValue() {
    Problems problems = new Problems();
    assertThat(problems.check(() -> 3)).contains(3);
    problems.throwIfAny();
    assertThat(problems.isEmpty()).isTrue();
  }
}
