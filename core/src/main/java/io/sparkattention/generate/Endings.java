package io.sparkattention.generate;

import io.sparkattention.text.Tokenizer;
import java.util.Arrays;
import java.util.Optional;

/** Says when a text is complete. */
final class Endings {

  /** Tokens from the end within which a stop string is looked for. */
  private static final int TAIL = 64;

  private final GenerationConfig.Limits limits;
  private final Tokenizer tokenizer;

  /**
   * @param tokenizer spells tokens where strings stop a text; may be null where none do
   */
  Endings(GenerationConfig.Limits limits, Tokenizer tokenizer) {
    this.limits = limits;
    this.tokenizer = tokenizer;
    if (tokenizer == null && !limits.stopStrings().isEmpty()) {
      throw new IllegalArgumentException("stop strings need a tokenizer that spells the tokens");
    }
  }

  /**
   * Why a text is complete after its last token; empty if it is not.
   *
   * @param maxLength the most tokens that the model can hold
   */
  Optional<FinishReason> of(RunningText text, int maxLength) {
    if (limits.ends().contains(text.last())) {
      return Optional.of(FinishReason.END);
    }
    if (stopped(text)) {
      return Optional.of(FinishReason.STOP_STRING);
    }
    boolean full =
        text.newTokens() >= limits.newTokens(text.promptLength()) || text.length() >= maxLength;
    return full ? Optional.of(FinishReason.LENGTH) : Optional.empty();
  }

  /** What the tokens of a text spell, up to the string that stopped it. */
  String spelled(Said said) {
    if (tokenizer == null) {
      return "";
    }
    String text = tokenizer.decode(said.tokens());
    int end = text.length();
    if (said.reason() == FinishReason.STOP_STRING) {
      for (String each : limits.stopStrings()) {
        int at = text.indexOf(each);
        end = at < 0 ? end : Math.min(end, at);
      }
    }
    return text.substring(0, end);
  }

  private boolean stopped(RunningText text) {
    if (limits.stopStrings().isEmpty()) {
      return false;
    }
    int[] said = text.said();
    int from = Math.max(0, said.length - TAIL);
    String tail = tokenizer.decode(Arrays.copyOfRange(said, from, said.length));
    return limits.stopStrings().stream().anyMatch(tail::contains);
  }
}
