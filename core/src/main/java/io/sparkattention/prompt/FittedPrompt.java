package io.sparkattention.prompt;

/**
 * A prompt that fits.
 *
 * @param ids its tokens, special tokens included
 * @param textTokens how many tokens the value has that may be cut
 * @param truncated whether that value was cut
 */
public record FittedPrompt(int[] ids, int textTokens, boolean truncated) {}
