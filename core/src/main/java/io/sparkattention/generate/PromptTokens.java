package io.sparkattention.generate;

/**
 * What a model reads before it continues.
 *
 * @param ids special tokens included
 * @param truncated whether the text that they stand for was longer
 */
public record PromptTokens(int[] ids, boolean truncated) {

  /** The tokens of a whole text. */
  public static PromptTokens whole(int[] ids) {
    return new PromptTokens(ids, false);
  }
}
