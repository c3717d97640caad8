package io.sparkattention.prompt;

/**
 * A prompt that fits.
 *
 * @param ids its tokens, special tokens included
 * @param truncated whether the value was cut that may be
 */
public record FittedPrompt(int[] ids, boolean truncated) {}
