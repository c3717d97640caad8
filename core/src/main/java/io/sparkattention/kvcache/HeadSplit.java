package io.sparkattention.kvcache;

/**
 * Which heads of a model keep what: some of them everything, the others what a policy says.
 *
 * @param profile JSON file with a score for each key and value head of each layer, or {@code none}
 * @param share of the heads that keep everything, from 0 to 1
 * @param seed of the random draw without a profile
 * @param all policy of the former
 * @param others policy of the latter
 */
public record HeadSplit(
    String profile, double share, int seed, KvCachePolicy all, KvCachePolicy others) {}
