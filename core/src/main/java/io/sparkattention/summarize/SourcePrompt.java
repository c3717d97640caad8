package io.sparkattention.summarize;

import io.sparkattention.text.ControlTokens;
import io.sparkattention.text.Tokenizer;
import java.util.Optional;

/**
 * Prompts of encoder-decoders, which rewrite the text itself; some were trained with a few words
 * before it, which their {@code config.json} tells.
 */
record SourcePrompt(Tokenizer tokenizer, ControlTokens control, String before)
    implements WritingPrompt {

  /**
   * @param before the words that texts stand behind; may be empty
   */
  static SourcePrompt of(Tokenizer tokenizer, String before) {
    ControlTokens control = new ControlTokens(tokenizer.specialTexts());
    return new SourcePrompt(tokenizer, control, before);
  }

  @Override
  public int[] tokens(WritingTask task) {
    String known = task.summary().isEmpty() ? "" : task.summary() + separator();
    return tokenizer.encode(before + clean(known + task.text())).ids();
  }

  @Override
  public String clean(String text) {
    return control.disarm(text);
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
