package io.sparkattention.generate;

import java.util.Arrays;

/** A text that is being continued. */
final class RunningText {

  private final int[] prompt; // shared by all texts that continue it
  private final long key;
  private int[] said;
  private int count;
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
    this.prompt = decoderPrompt;
    this.said = new int[16];
  }

  private RunningText(RunningText other) {
    this.prompt = other.prompt;
    this.key = other.key;
    this.said = other.said.clone();
    this.count = other.count;
    this.logProbability = other.logProbability;
  }

  /** This text with one more token; this one stays as it is. */
  RunningText with(int token, double more) {
    RunningText copy = new RunningText(this);
    copy.add(token, more);
    return copy;
  }

  void add(int token, double more) {
    if (count == said.length) {
      said = Arrays.copyOf(said, 2 * count);
    }
    said[count++] = token;
    logProbability += more;
  }

  /** Tokens, those of the prompt included. */
  int length() {
    return prompt.length + count;
  }

  /** Tokens of the prompt. */
  int promptLength() {
    return prompt.length;
  }

  /** Tokens after the prompt. */
  int newTokens() {
    return count;
  }

  /** The number in [0, 1) that the next token is drawn by. */
  float uniform() {
    return Draws.uniform(key, newTokens());
  }

  int token(int index) {
    return index < prompt.length ? prompt[index] : said[index - prompt.length];
  }

  int last() {
    return token(length() - 1);
  }

  /** The tokens after the prompt. */
  int[] said() {
    return Arrays.copyOf(said, count);
  }

  Said said(FinishReason reason) {
    return new Said(said(), reason, count == 0 ? 0 : logProbability / count);
  }
}
