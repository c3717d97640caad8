package io.sparkattention.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.text.ChatMessage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromptTest {

  private static final Prompt PROMPT =
      Prompts.parse(
          "own/v1",
          """
          === system ===
          You judge.

          === user ===
          {query}: {{"text": {passage}}}
          Judge {query}.

          === line ===
          [{number}] {passage}
          """);

  @Test
  void valuesAreFilledInOnceAndNotLookedInto() {
    Map<String, String> values = Map.of("query", "why {passage}?", "passage", "}} {query} $1 \\");
    assertThat(PROMPT.messages(values))
        .containsExactly(
            new ChatMessage("system", "You judge."),
            new ChatMessage(
                "user", "why {passage}?: {\"text\": }} {query} $1 \\}\nJudge why {passage}?."));
    assertThat(PROMPT.text(Map.of("query", "q", "passage", "p")))
        .isEqualTo("You judge.\n\nq: {\"text\": p}\nJudge q.");
    assertThat(PROMPT.part("line").fill(Map.of("number", "2", "passage", "p"))).isEqualTo("[2] p");
  }

  @Test
  void everyPlaceholderThatIsMissingOrUnknownIsTold() {
    assertThat(PROMPT.requirePlaceholders("query", "passage")).isSameAs(PROMPT);
    assertThatThrownBy(() -> PROMPT.requirePlaceholders("query", "text", "words"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "prompt own/v1 does not suit: it lacks {text}, {words}; it has {passage}, which"
                + " nothing fills: use {query}, {text}, {words}");
    assertThat(PROMPT.requirePart("line", "number", "passage")).isSameAs(PROMPT);
    assertThatThrownBy(() -> PROMPT.requirePart("line", "passage"))
        .hasMessageContaining("part line has {number}");
    assertThatThrownBy(() -> PROMPT.requirePart("head"))
        .hasMessage("prompt own/v1 has no section '=== head ===': it has line, system, user");
    assertThatThrownBy(() -> PROMPT.messages(Map.of("query", "q")))
        .hasMessage("placeholder {passage} has no value");
  }

  @Test
  void aFileThatCannotBeMeantIsRefused() {
    assertThatThrownBy(() -> Prompts.parse("own/v1", "=== system ===\nYou judge."))
        .hasMessageContaining("no message of the user");
    assertThatThrownBy(() -> Prompts.parse("own/v1", "=== user ===\na\n=== user ===\nb"))
        .hasMessageContaining("section user twice");
    for (String text : new String[] {"{", "a } b", "{Query}", "{}", "{ query }", "{query"}) {
      assertThatThrownBy(() -> Prompts.parse("own/v1", text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("begins no placeholder");
    }
  }

  @Test
  void aFileWithoutSectionsIsTheMessageOfTheUser() {
    assertThat(Prompts.parse("own/v1", "Sum up: {text}\n").messages(Map.of("text", "t")))
        .containsExactly(new ChatMessage("user", "Sum up: t"));
  }
}
