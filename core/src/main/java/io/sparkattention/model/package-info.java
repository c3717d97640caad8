/**
 * Transformer models that load published weights and read or score text.
 *
 * <p>A family is one folder that says how its {@code config.json} reads and what its weights are
 * called; what families share stands here once. Sequences run packed, one after the other without
 * padding; an attention mechanism stands between the two scripted halves of each layer, and probes
 * see what it attended to. Loading checks everything first and fails with every reason at once.
 *
 * <p>To add a family of post-norm encoders: a folder with an {@link
 * io.sparkattention.model.EncoderFamily} and its line in {@code EncoderFamilies}; of decoders: see
 * {@link io.sparkattention.model.decoder}.
 */
package io.sparkattention.model;
