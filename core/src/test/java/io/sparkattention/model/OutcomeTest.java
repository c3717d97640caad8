package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  @Test
  void onlyFailingInputsFail() {
    List<Integer> inputs = IntStream.range(0, 13).boxed().toList();
    List<Outcome<Integer>> outcomes =
        Outcome.ofEach(
            inputs,
            batch ->
                batch.stream()
                    .map(
                        i -> {
                          if (i == 4 || i == 11) {
                            throw new IllegalArgumentException("not " + i);
                          }
                          return 10 * i;
                        })
                    .toList());
    for (int i : inputs) {
      Outcome<Integer> expected =
          i == 4 || i == 11 ? Outcome.failure("not " + i) : Outcome.of(10 * i);
      assertThat(outcomes.get(i)).isEqualTo(expected);
    }
  }

  @Test
  void batchThatSucceedsRunsOnce() {
    List<Integer> sizes = new ArrayList<>();
    Outcome.ofEach(
        List.of("a", "b", "c"),
        batch -> {
          sizes.add(batch.size());
          return batch;
        });
    assertThat(sizes).containsExactly(3);
    Outcome.ofEach(
        List.of(),
        batch -> {
          sizes.add(batch.size());
          return batch;
        });
    assertThat(sizes).containsExactly(3);
  }

  @Test
  void errorsOfTheMachinePassThrough() {
    assertThatThrownBy(
            () ->
                Outcome.ofEach(
                    List.of(1, 2),
                    batch -> {
                      throw new OutOfMemoryError("heap");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void missingResultsAreNotTakenForOutcomes() {
    assertThatThrownBy(() -> Outcome.ofEach(List.of(1, 2), batch -> List.of(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("2 inputs were given, but 1 results came back");
  }

  @Test
  void exceptionWithoutMessageIsNamed() {
    Outcome<String> outcome =
        Outcome.attempt(
            () -> {
              throw new UnsupportedOperationException();
            });
    assertThat(outcome.error()).isEqualTo("java.lang.UnsupportedOperationException");
    assertThat(outcome.then(String::length).error()).isEqualTo(outcome.error());
    assertThat(Outcome.of("four").then(String::length)).isEqualTo(Outcome.of(4));
  }

  @Test
  void outcomeIsOneOfTwo() {
    assertThatThrownBy(() -> new Outcome<>(1, "error"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Outcome<>(null, null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
