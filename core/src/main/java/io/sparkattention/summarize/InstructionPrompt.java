package io.sparkattention.summarize;

import io.sparkattention.prompt.Prompt;
import io.sparkattention.prompt.PromptWriter;
import io.sparkattention.prompt.Prompts;
import io.sparkattention.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Prompts of decoders, which are told what to do with a text. */
final class InstructionPrompt implements WritingPrompt {

  /** Words that a token makes, in the mean of English text. */
  private static final double WORDS_OF_A_TOKEN = 0.7;

  private final PromptWriter writer;
  private final Set<Integer> special; // ids
  private final Map<WritingTask.Kind, Prompt> prompts = new EnumMap<>(WritingTask.Kind.class);

  /**
   * @throws UncheckedIOException if the model has a chat template that cannot be used
   */
  InstructionPrompt(Path directory, Tokenizer tokenizer) {
    try {
      this.writer = PromptWriter.open(directory, tokenizer);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    this.special = tokenizer.specialIds();
    prompts.put(
        WritingTask.Kind.SUMMARIZE,
        Prompts.load("summarize/v1").requirePlaceholders("text", "words"));
    prompts.put(
        WritingTask.Kind.MERGE,
        Prompts.load("merge-summaries/v1").requirePlaceholders("summaries", "words"));
    prompts.put(
        WritingTask.Kind.UPDATE,
        Prompts.load("update-summary/v1").requirePlaceholders("summary", "text", "words"));
  }

  @Override
  public int[] tokens(WritingTask task) {
    Map<String, String> values =
        Map.of(
            "text", task.text(),
            "summaries", task.text(),
            "summary", task.summary(),
            "words", String.valueOf(Math.max(1, (int) (task.newTokens() * WORDS_OF_A_TOKEN))));
    return writer.tokens(prompts.get(task.kind()), values);
  }

  @Override
  public boolean[] instruction(WritingTask task, int[] tokens) {
    int[] without = tokens(task.reading("").knowing(""));
    int most = Math.min(tokens.length, without.length);
    int before = 0;
    while (before < most && tokens[before] == without[before]) {
      before++;
    }
    int after = 0;
    while (after < most - before
        && tokens[tokens.length - 1 - after] == without[without.length - 1 - after]) {
      after++;
    }
    boolean[] instruction = new boolean[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      boolean ofText = i >= before && i < tokens.length - after;
      instruction[i] = !ofText && !special.contains(tokens[i]);
    }
    return instruction;
  }

  @Override
  public String clean(String text) {
    return writer.disarmed(text);
  }

  @Override
  public String separator() {
    return "\n\n";
  }

  @Override
  public Optional<String> name(WritingTask.Kind kind) {
    return Optional.of(prompts.get(kind).name());
  }

  @Override
  public Optional<String> prefix() {
    return Optional.empty();
  }
}
