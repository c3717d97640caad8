/**
 * What decoders remember of the tokens they have read: keys and values, layer by layer.
 *
 * <p>A {@link io.sparkattention.kvcache.KvCachePolicy} says which keys stay, a {@link
 * io.sparkattention.kvcache.CacheStorage} how they are stored; both are chosen by one option string
 * such as {@code sink-window:window=1024,storage=int8}. {@link io.sparkattention.kvcache.KvCache}
 * carries out what they say and knows neither models nor attention mechanisms.
 *
 * <p>A policy asks for {@link io.sparkattention.kvcache.Evidence} of what keys were attended to,
 * and scores them when a {@link io.sparkattention.kvcache.CachePass} holds more than its budget:
 * layer by layer, head by head, so that of a long prompt no more is written than stays. Where heads
 * differ in how much they keep, each part of them has a cache of its own.
 *
 * <p>{@link io.sparkattention.kvcache.KnownBlocks} holds what texts may share that do not begin
 * alike: blocks that read themselves alone.
 *
 * <p>One array holds all layers, and rows that go on from the same prompt share what it holds.
 *
 * <p>To add a policy: a record {@code YourPolicy} in this room with {@link
 * io.sparkattention.registry.Described}, and its line in {@link
 * io.sparkattention.kvcache.KvCachePolicies}.
 */
package io.sparkattention.kvcache;
