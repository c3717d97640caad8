/**
 * Decoding: which token comes next, and when a text is complete.
 *
 * <p>{@link io.sparkattention.generate.Generator} continues prompts as a {@link
 * io.sparkattention.generate.GenerationConfig} asks, whose entries are those of {@code
 * generation_config.json}. It sees a model as rows that read tokens and score the next one ({@link
 * io.sparkattention.model.decoder.Continuation}); rows leave as they end and others enter. What
 * changes scores before a token is chosen is a {@link io.sparkattention.generate.ScoreProcessor}.
 *
 * <p>Tasks of a cluster share a {@link io.sparkattention.generate.TextGenerator}: as many rows as
 * fit, half of them where a device has no room, and a prompt that cannot be continued costs only
 * itself.
 */
package io.sparkattention.generate;
