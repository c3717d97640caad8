package io.sparkattention.generate;

import java.util.Arrays;

/** A text that is being continued. */
final class RunningText {

  private final int prompt;
  private final long key;
  private int[] tokens;
  private int length;
  private double logProbability;

  /**
   * @param decoderPrompt what the decoder reads before the first new token
   */
  RunningText(int[] decoderPrompt) {
    this(decoderPrompt, 0);
  }

  /**
   * @param key of the draws of its tokens, see {@link Draws}
   */
  RunningText(int[] decoderPrompt, long key) {
    this.key = key;
    this.prompt = decoderPrompt.length;
    this.tokens = Arrays.copyOf(decoderPrompt, decoderPrompt.length + 16);
    this.length = decoderPrompt.length;
  }

  private RunningText(RunningText other) {
    this.prompt = other.prompt;
    this.key = other.key;
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

  /** The number in [0, 1) that the next token is drawn by. */
  float uniform() {
    return Draws.uniform(key, newTokens());
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

  Said said(FinishReason reason) {
    int count = newTokens();
    return new Said(said(), reason, count == 0 ? 0 : logProbability / count);
  }
}
