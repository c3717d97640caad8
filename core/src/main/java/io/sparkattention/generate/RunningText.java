package io.sparkattention.generate;

import java.util.Arrays;

/** A text that is being continued. */
final class RunningText {

  private final int prompt;
  private int[] tokens;
  private int length;
  private double logProbability;

  /**
   * @param decoderPrompt what the decoder reads before the first new token
   */
  RunningText(int[] decoderPrompt) {
    this.prompt = decoderPrompt.length;
    this.tokens = Arrays.copyOf(decoderPrompt, decoderPrompt.length + 16);
    this.length = decoderPrompt.length;
  }

  private RunningText(RunningText other) {
    this.prompt = other.prompt;
    this.tokens = other.tokens.clone();
    this.length = other.length;
    this.logProbability = other.logProbability;
  }

  /** This text with one more token; this one stays as it is. */
  RunningText with(int token, double more) {
    RunningText copy = new RunningText(this);
    copy.add(token, more);
    return copy;
  }

  void add(int token, double more) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = token;
    logProbability += more;
  }

  /** Tokens, those of the prompt included. */
  int length() {
    return length;
  }

  /** Tokens of the prompt. */
  int promptLength() {
    return prompt;
  }

  /** Tokens after the prompt. */
  int newTokens() {
    return length - prompt;
  }

  /** A number that follows from the prompt and the place of the next token. */
  long seed() {
    long hash = 1;
    for (int i = 0; i < prompt; i++) {
      hash = 31 * hash + tokens[i];
    }
    return hash * 1_000_003 + newTokens();
  }

  int token(int index) {
    return tokens[index];
  }

  int last() {
    return tokens[length - 1];
  }

  /** The tokens after the prompt. */
  int[] said() {
    return Arrays.copyOfRange(tokens, prompt, length);
  }

  Generated generated(FinishReason reason) {
    int count = newTokens();
    return new Generated(said(), reason, count == 0 ? 0 : logProbability / count);
  }
}
