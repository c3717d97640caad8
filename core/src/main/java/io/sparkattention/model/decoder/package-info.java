/**
 * What decoders have in common: pre-norm layers whose queries see the past, caches of keys and
 * values, rotary embeddings and their scalings, and the loading of their weights.
 *
 * <p>To add a family: a folder beside this one with a {@link
 * io.sparkattention.model.decoder.DecoderFamily} and its line in {@code DecoderFamilies}.
 */
package io.sparkattention.model.decoder;
