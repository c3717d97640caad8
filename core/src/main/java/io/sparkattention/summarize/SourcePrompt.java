package io.sparkattention.summarize;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;

/**
 * Prompts of encoder-decoders, which rewrite the text itself; some were trained with a few words
 * before it, which their {@code config.json} tells.
 */
record SourcePrompt(Tokenizer tokenizer, String prefix) implements WritingPrompt {

  static SourcePrompt of(Tokenizer tokenizer, JsonNode config) {
    JsonNode task = config.path("task_specific_params").path("summarization");
    return new SourcePrompt(tokenizer, task.path("prefix").asText(""));
  }

  @Override
  public Tokens tokens(WritingTask task) {
    String before = task.summary().isEmpty() ? "" : task.summary() + separator();
    return tokenizer.encode(prefix + before + task.text());
  }

  @Override
  public String separator() {
    return " ";
  }

  @Override
  public String name(WritingTask.Kind kind) {
    return prefix.isEmpty() ? "" : "prefix '" + prefix + "'";
  }
}
