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
 * every model and every job. One that never forms its matrix returns {@code ImpliedAttended}: a
 * kernel that mixes values, and rows on demand. One whose weights are no softmax of the scores says
 * so by {@link io.sparkattention.attention.Weighting}. One that changes scores for another is an
 * {@link io.sparkattention.attention.InputRewrite} and works with all of them.
 */
package io.sparkattention.attention;
