package io.sparkattention.rerank;

/**
 * How relevant a passage is to a query.
 *
 * @param score in the strategy's own unit; higher is more relevant
 * @param tokens how many tokens of the passage were read, as the strategy counts them; a
 *     cross-encoder counts the query and special tokens too
 * @param chunks in how many pieces the passage was read
 * @param truncated whether text was left out
 */
public record Relevance(double score, int tokens, int chunks, boolean truncated) {}
