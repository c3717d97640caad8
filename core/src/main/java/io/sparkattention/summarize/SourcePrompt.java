package io.sparkattention.summarize;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.text.ControlTokens;
import io.sparkattention.text.Tokenizer;
import java.util.Optional;

/**
 * Prompts of encoder-decoders, which rewrite the text itself; some were trained with a few words
 * before it, which their {@code config.json} tells.
 */
record SourcePrompt(Tokenizer tokenizer, ControlTokens control, String before)
    implements WritingPrompt {

  static SourcePrompt of(Tokenizer tokenizer, JsonNode config) {
    JsonNode task = config.path("task_specific_params").path("summarization");
    ControlTokens control = new ControlTokens(tokenizer.specialTexts());
    return new SourcePrompt(tokenizer, control, task.path("prefix").asText(""));
  }

  @Override
  public int[] tokens(WritingTask task) {
    String known = task.summary().isEmpty() ? "" : task.summary() + separator();
    return tokenizer.encode(before + control.disarm(known + task.text())).ids();
  }

  @Override
  public String separator() {
    return " ";
  }

  @Override
  public Optional<String> name(WritingTask.Kind kind) {
    return Optional.empty();
  }

  @Override
  public Optional<String> prefix() {
    return before.isEmpty() ? Optional.empty() : Optional.of("prefix '" + before + "'");
  }
}
