package io.sparkattention.text;

/**
 * A part of a text that a model can read.
 *
 * @param tokens the tokens of the part, with special tokens around them; offsets are those of the
 *     whole text
 * @param from the first token of the part, counted in the text without special tokens
 * @param to the token after its last
 * @param weight the part's share when results of all parts are averaged: each of its tokens counts
 *     one over the number of chunks that hold it, so the weights of a text add up to its length; an
 *     empty text has one chunk of weight 1
 */
public record Chunk(Tokens tokens, int from, int to, double weight) {}
