package io.sparkattention.rerank;

/**
 * What a model said when it was asked about a passage.
 *
 * @param tokens how many it wrote; null where it was only asked how likely it says something
 * @param finishReason why its text ends, as {@link io.sparkattention.generate.FinishReason} in
 *     lower case; null where it wrote none
 * @param meanLogProbability of the tokens that it wrote; where it wrote none, the log-probability
 *     that it says one of the answers that it was asked for
 * @param repairs numbers of its lists that had to be dropped or added; null where it wrote none
 */
public record Answer(
    Integer tokens, String finishReason, double meanLogProbability, Integer repairs) {}
