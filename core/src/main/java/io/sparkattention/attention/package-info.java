/**
 * Ways for queries to read values, behind one interface.
 *
 * <p>A mechanism is a record whose components are its options. It says at load what it cannot serve
 * ({@link io.sparkattention.attention.Attention#unsupportedReasons}), chooses once per call what to
 * attend to, and returns an {@link io.sparkattention.attention.Attended} through which everything
 * else (models, probes, statistics) sees that one choice. It knows no model and no job.
 *
 * <p>To add one: write {@code YourAttention.java} in this room, a record with {@link
 * io.sparkattention.registry.Described}, and its line in {@link
 * io.sparkattention.attention.Attentions}. The contract test picks it up from there, and so does
 * every model and every job.
 */
package io.sparkattention.attention;
