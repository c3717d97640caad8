package io.sparkattention.kvcache;

import java.util.List;

/**
 * The heads that a cache does not hold.
 *
 * @param cache holds them, for the same rows
 * @param held for each layer the key and value heads of the first cache
 * @param others for each layer those of the other cache
 */
public record OtherHeads(KvCache cache, List<long[]> held, List<long[]> others) {}
