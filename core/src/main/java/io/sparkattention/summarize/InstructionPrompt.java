package io.sparkattention.summarize;

import io.sparkattention.prompt.Prompt;
import io.sparkattention.prompt.Prompts;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.EnumMap;
import java.util.Map;

/** Prompts of decoders, which are told what to do with a text. */
final class InstructionPrompt implements WritingPrompt {

  /** Words that a token makes, in the mean of English text. */
  private static final double WORDS_OF_A_TOKEN = 0.7;

  private final Tokenizer tokenizer;
  private final Map<WritingTask.Kind, Prompt> prompts = new EnumMap<>(WritingTask.Kind.class);

  InstructionPrompt(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
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
  public Tokens tokens(WritingTask task) {
    Map<String, String> values =
        Map.of(
            "text", task.text(),
            "summaries", task.text(),
            "summary", task.summary(),
            "words", String.valueOf(Math.max(1, (int) (task.newTokens() * WORDS_OF_A_TOKEN))));
    return tokenizer.encode(prompts.get(task.kind()).text(values));
  }

  @Override
  public String separator() {
    return "\n\n";
  }

  @Override
  public String name(WritingTask.Kind kind) {
    return prompts.get(kind).name();
  }
}
