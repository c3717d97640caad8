package io.sparkattention.text;

/**
 * A sentence, verbatim.
 *
 * @param text the words of the sentence as they stand in the document
 * @param start its first code point in the document
 * @param end the code point after its last
 */
public record Sentence(String text, int start, int end) {}
