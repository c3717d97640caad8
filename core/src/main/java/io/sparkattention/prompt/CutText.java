package io.sparkattention.prompt;

/**
 * A text, or its beginning.
 *
 * @param text without spellings of control tokens
 * @param tokens how many it has
 * @param truncated whether its end is missing
 */
public record CutText(String text, int tokens, boolean truncated) {}
