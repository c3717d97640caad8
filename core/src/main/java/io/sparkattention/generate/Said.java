package io.sparkattention.generate;

/**
 * The tokens that a row came to.
 *
 * @param tokens the new ones, that which ended the text included
 * @param meanLogProbability 0 without tokens
 */
record Said(int[] tokens, FinishReason reason, double meanLogProbability) {}
