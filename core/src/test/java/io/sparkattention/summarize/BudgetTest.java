package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.text.Words;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {

  private static final List<String> SENTENCES =
      List.of("One two three four.", "One two.", "One two three.", "!!!");

  @ParameterizedTest
  @ValueSource(strings = {"sentences=3", "words=100", "tokens=128", "compression=0.1"})
  void textAndBudgetAreOne(String text) {
    assertThat(Budget.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "words=0 | words must be a whole number of at least 1, but is 0.0",
        "words=2.5 | words must be a whole number of at least 1, but is 2.5",
        "sentences=NaN | sentences must be a whole number of at least 1, but is NaN",
        "tokens=-1 | tokens must be a whole number of at least 1, but is -1.0",
        "compression=0 | compression must be above 0 and at most 1, but is 0.0",
        "compression=10 | compression must be above 0 and at most 1, but is 10.0",
        "words=many | 'many' is not a number",
        "lines=3 | 'lines=3' is no budget: write one such as compression=0.1, sentences=100,"
            + " tokens=100, words=100",
        "3 | '3' is no budget: write one such as compression=0.1, sentences=100, tokens=100,"
            + " words=100",
        "words=3=4 | 'words=3=4' is no budget: write one such as compression=0.1, sentences=100,"
            + " tokens=100, words=100",
      })
  void whatIsNoBudgetIsRefused(String text, String message) {
    assertThatThrownBy(() -> Budget.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void sentencesCostWhatTheUnitSays() {
    assertThat(fitting("sentences=2")).containsExactly(0, 1);
    assertThat(fitting("words=6")).containsExactly(0, 1);
    assertThat(fitting("words=5")).containsExactly(0, 3); // "!!!" has no word and counts as one
    assertThat(fitting("tokens=20")).containsExactly(0);
    assertThat(fitting("tokens=18")).containsExactly(1, 3);
    assertThat(fitting("compression=0.78")).containsExactly(0, 1, 3); // 7 of 9 words
    assertThat(fitting("compression=1")).containsExactly(0, 1, 2);
  }

  @Test
  void compressionLeavesRoomForTheShortestSentence() {
    Allowance allowance =
        Budget.parse("compression=0.01").allowance(List.of("One two.", "One."), Words::count);
    assertThat(allowance.fits(0)).isFalse();
    assertThat(allowance.fits(1)).isTrue();
  }

  @Test
  void aBudgetBelowTheShortestSentenceIsAnError() {
    assertThatThrownBy(
            () -> Budget.parse("words=1").allowance(List.of("One two.", "A b c."), Words::count))
        .hasMessage("no sentence fits into words=1: the shortest has 2 words");
  }

  @Test
  void whatDoesNotFitCannotBeTaken() {
    Allowance allowance = new Allowance(new int[] {2, 2}, 3);
    allowance.take(1);
    assertThatThrownBy(() -> allowance.take(0))
        .hasMessage("sentence 0 costs 2, but only 1 is left");
  }

  private static List<Integer> fitting(String budget) {
    Allowance allowance = Budget.parse(budget).allowance(SENTENCES, String::length);
    return IntStream.range(0, SENTENCES.size())
        .filter(
            i -> {
              boolean fits = allowance.fits(i);
              if (fits) {
                allowance.take(i);
              }
              return fits;
            })
        .boxed()
        .toList();
  }
}
