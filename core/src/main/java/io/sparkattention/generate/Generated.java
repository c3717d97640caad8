package io.sparkattention.generate;

/**
 * What a model said after a prompt.
 *
 * @param tokens the new tokens, that which ended the text included
 * @param meanLogProbability mean over the tokens of how likely the model held them, before anything
 *     changed its scores; 0 without tokens
 */
public record Generated(int[] tokens, FinishReason reason, double meanLogProbability) {}
