package io.sparkattention.generate;

/**
 * What a model said after a prompt.
 *
 * @param text what the new tokens spell, special ones left out; up to the string that stopped it
 * @param tokens the new tokens, that which ended the text included
 * @param promptTokens tokens that the model read before
 * @param truncated whether the prompt stood for a longer text
 * @param meanLogProbability mean over the tokens of how likely the model held them, before anything
 *     changed its scores; 0 without tokens
 */
public record Generated(
    String text,
    int[] tokens,
    int promptTokens,
    boolean truncated,
    FinishReason reason,
    double meanLogProbability) {

  /** How many tokens are new. */
  public int newTokens() {
    return tokens.length;
  }
}
