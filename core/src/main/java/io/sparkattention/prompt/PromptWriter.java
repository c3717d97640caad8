package io.sparkattention.prompt;

import io.sparkattention.text.ChatTemplate;
import io.sparkattention.text.ControlTokens;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes prompts for one model: through its chat template, or, where it has none, as plain text
 * between the special tokens of its tokenizer. Values lose the spellings of control tokens (see
 * {@link ControlTokens}). Safe for use by several threads.
 */
public final class PromptWriter {

  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> template;
  private final ControlTokens control;

  /**
   * @param tokenizer of the model; the caller closes it
   * @param template of the model, if it has one
   */
  public PromptWriter(Tokenizer tokenizer, Optional<ChatTemplate> template) {
    this.tokenizer = tokenizer;
    this.template = template;
    Set<String> spellings = new TreeSet<>(tokenizer.specialTexts());
    template.ifPresent(chat -> spellings.addAll(chat.marks()));
    this.control = new ControlTokens(spellings);
  }

  /**
   * Writes for the model in a directory.
   *
   * @throws IOException if it has a chat template that cannot be used
   */
  public static PromptWriter open(Path directory, Tokenizer tokenizer) throws IOException {
    return new PromptWriter(tokenizer, ChatTemplate.open(directory));
  }

  /** The tokens of a prompt with its values, special tokens included. */
  public int[] tokens(Prompt prompt, Map<String, String> values) {
    Map<String, String> clean = new HashMap<>();
    values.forEach((name, value) -> clean.put(name, control.disarm(value)));
    return template
        .map(chat -> tokenizer.encodeContentIds(chat.render(prompt.messages(clean))).ids())
        .orElseGet(() -> tokenizer.encode(prompt.text(clean)).ids());
  }

  /** Whether a text holds spellings of control tokens, which it loses in prompts. */
  public boolean disarms(String text) {
    return control.within(text);
  }

  /** A text as prompts hold it: without spellings of control tokens. */
  public String disarmed(String text) {
    return control.disarm(text);
  }

  /**
   * The beginning of a text.
   *
   * @param maxTokens how many tokens it may have, 0 or more
   */
  public CutText cut(String text, int maxTokens) {
    String clean = control.disarm(text);
    return cut(clean, tokenizer.encodeContent(clean), maxTokens);
  }

  private static CutText cut(String clean, Tokens tokens, int maxTokens) {
    if (tokens.length() <= maxTokens) {
      return new CutText(clean, tokens.length(), false);
    }
    int end = 0;
    for (int i = 0; i < maxTokens; i++) {
      end = Math.max(end, tokens.ends()[i]);
    }
    int chars = clean.offsetByCodePoints(0, end);
    return new CutText(clean.substring(0, chars), maxTokens, true);
  }

  /**
   * The tokens of a prompt that has to fit: one of its values is cut at its end, nothing else is.
   *
   * @param cut the placeholder whose value may be cut
   * @param maxTokens how many tokens the prompt may have
   * @throws IllegalArgumentException if the prompt does not fit even without that value
   */
  public FittedPrompt fit(Prompt prompt, Map<String, String> values, String cut, int maxTokens) {
    return fit(prompt, values, cut, Integer.MAX_VALUE, maxTokens);
  }

  /**
   * As {@link #fit(Prompt, Map, String, int)}, with a value that may have only so many tokens.
   *
   * @param valueTokens how many tokens the value may have that may be cut
   */
  public FittedPrompt fit(
      Prompt prompt, Map<String, String> values, String cut, int valueTokens, int maxTokens) {
    if (valueTokens == Integer.MAX_VALUE) {
      int[] whole = tokens(prompt, values);
      if (whole.length <= maxTokens) {
        return new FittedPrompt(whole, false); // without looking for places to cut at
      }
    }
    String clean = control.disarm(values.get(cut));
    Tokens value = tokenizer.encodeContent(clean);
    Map<String, String> filled = new HashMap<>(values);
    CutText text = cut(clean, value, Math.min(valueTokens, maxTokens));
    filled.put(cut, text.text());
    int[] ids = tokens(prompt, filled);
    while (ids.length > maxTokens) {
      if (text.tokens() == 0) {
        throw new IllegalArgumentException(
            "prompt %s has %d tokens without its {%s}, but there is room for %d: shorten the rest"
                .formatted(prompt, ids.length, cut, maxTokens));
      }
      text = cut(clean, value, Math.max(0, text.tokens() - (ids.length - maxTokens)));
      filled.put(cut, text.text());
      ids = tokens(prompt, filled);
    }
    return new FittedPrompt(ids, text.truncated());
  }

  /** The tokenizer of the model. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }
}
