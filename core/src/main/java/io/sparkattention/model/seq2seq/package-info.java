/**
 * What encoder-decoders have in common: an encoder that reads a text in both directions, and a
 * decoder whose layers read what was decoded so far and what was encoded.
 *
 * <p>What was encoded is projected once per text and kept as long as one of its rows is decoded;
 * all beams of a text read the same copy.
 *
 * <p>To add a family: a folder beside this one with a {@link
 * io.sparkattention.model.seq2seq.Seq2SeqFamily} and its line in {@code Seq2SeqFamilies}.
 */
package io.sparkattention.model.seq2seq;
