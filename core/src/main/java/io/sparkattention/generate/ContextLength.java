package io.sparkattention.generate;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.seq2seq.Seq2SeqLm;
import java.util.List;

/**
 * How many tokens a model reads at a time, and of what.
 *
 * @param tokens as it was trained for, unless fewer are asked for
 * @param counts what they hold
 */
public record ContextLength(int tokens, Counts counts) {

  /** What a context holds. */
  public enum Counts {
    /** The text that an encoder reads; what the decoder writes has a length of its own. */
    SOURCE,
    /** What is read and what is written, one after the other. */
    PROMPT_AND_NEW
  }

  /** Where configurations tell it, the surest first. */
  private static final List<String> ENTRIES =
      List.of(
          "max_encoder_position_embeddings",
          "max_source_positions",
          "max_position_embeddings",
          "n_positions");

  /** Tokenizers that know no limit tell a number beyond all texts. */
  private static final long NO_LIMIT = 100_000_000;

  /** What a model whose files tell nothing is taken to read. */
  private static final int USUAL = 512;

  static ContextLength of(GenerativeModel model, ModelSpec spec) {
    long tokens = Math.min(model.maxPromptLength(), told(model));
    if (spec.maxTokens() > 0) {
      tokens = Math.min(model.maxPromptLength(), spec.maxTokens());
    }
    boolean pair = model instanceof Seq2SeqLm;
    return new ContextLength((int) tokens, pair ? Counts.SOURCE : Counts.PROMPT_AND_NEW);
  }

  private static long told(GenerativeModel model) {
    JsonNode config = GenerationEntries.json(model.directory().resolve("config.json"));
    for (String entry : ENTRIES) {
      if (config.path(entry).canConvertToInt() && config.path(entry).intValue() > 0) {
        return config.path(entry).intValue();
      }
    }
    JsonNode tokenizer = GenerationEntries.json(model.directory().resolve("tokenizer_config.json"));
    double most = tokenizer.path("model_max_length").asDouble(NO_LIMIT);
    return most > 0 && most < NO_LIMIT ? (long) most : USUAL;
  }

  /**
   * Tokens that a prompt may have.
   *
   * @param newTokens that are written after it at most
   * @throws IllegalArgumentException if they leave no room for a prompt
   */
  public int promptTokens(int newTokens) {
    int room = counts == Counts.SOURCE ? tokens : tokens - newTokens;
    if (room < 1) {
      throw new IllegalArgumentException(
          "%d new tokens leave no room for a prompt among the %d that the model reads: ask for fewer"
              .formatted(newTokens, tokens));
    }
    return room;
  }
}
