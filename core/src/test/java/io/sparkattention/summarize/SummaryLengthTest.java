package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.generate.ContextLength;
import io.sparkattention.generate.GenerationConfig;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What budgets, options of generation and a model's files say together of a summary's length. */
class SummaryLengthTest {

  private static final ContextLength SOURCE = new ContextLength(64, ContextLength.Counts.SOURCE);
  private static final ContextLength PROMPT =
      new ContextLength(400, ContextLength.Counts.PROMPT_AND_NEW);

  @Test
  void theBudgetCountsBeforeTheFilesOfTheModel() {
    assertThat(length("{'max_length': 21}", "{}", SOURCE).of(Budget.DEFAULT)).isEqualTo(20);
    assertThat(length("{'max_length': 21}", "{}", SOURCE).of(tokens(7))).isEqualTo(7);
    assertThat(length("{'max_new_tokens': 9}", "{}", PROMPT).of(Budget.DEFAULT)).isEqualTo(9);
    assertThat(length("{'max_length': 30}", "{}", PROMPT).of(Budget.DEFAULT)).isEqualTo(100);
    assertThat(length("{'max_length': 30}", "{'max_new_tokens': 5}", SOURCE).of(Budget.DEFAULT))
        .isEqualTo(5);
  }

  @Test
  void twoWordsOnTheLengthAreRefused() {
    assertThatThrownBy(
            () -> length("{}", "{'max_length': 40, 'min_new_tokens': 8}", SOURCE).of(tokens(7)))
        .hasMessageContainingAll(
            "the budget tokens=7 and the option of generation max_length=40 both say",
            "min_new_tokens=8 (of the options) does not let a text end within 7 tokens");
    assertThatThrownBy(() -> length("{}", "{'max_new_tokens': 40}", PROMPT).of(tokens(40)))
        .hasMessageContaining("give one of them");
    assertThatThrownBy(() -> length("{}", "{'max_length': 40}", PROMPT).of(Budget.DEFAULT))
        .hasMessageContaining("max_length=40 counts the prompt of this model too");
  }

  @Test
  void leastLengthsAboveABudgetAreRefused() {
    SummaryLength usual = length("{'max_length': 142, 'min_length': 56}", "{}", SOURCE);
    assertThat(usual.of(tokens(55))).isEqualTo(55); // and the first token of the decoder
    assertThatThrownBy(() -> usual.of(tokens(54)))
        .hasMessage(
            "min_length=56 (of the model's files) does not let a text end within 54 tokens: ask for"
                + " longer texts, or give the option of generation min_length=0");
    assertThat(length("{'min_length': 56}", "{'min_length': 0}", SOURCE).of(tokens(5)))
        .isEqualTo(5);
    assertThatThrownBy(
            () -> length("{'max_length': 20, 'min_length': 56}", "{}", SOURCE).of(Budget.DEFAULT))
        .hasMessageContaining("min_length=56");
    assertThat(length("{'min_length': 56}", "{}", PROMPT).of(tokens(50))).isEqualTo(50);
  }

  private static Budget tokens(int count) {
    return Budget.parse("tokens=" + count);
  }

  private static SummaryLength length(String files, String asked, ContextLength context) {
    ObjectNode both = json(files).setAll(json(asked));
    int prompt = context == SOURCE ? 1 : 10;
    return new SummaryLength(GenerationConfig.of(both).limits(), json(asked), context, prompt);
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
