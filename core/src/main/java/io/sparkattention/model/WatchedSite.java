package io.sparkattention.model;

/** Which attention of a model is watched. */
public enum WatchedSite {
  /** Self-attention of what reads texts: an encoder, or a decoder that has none beside it. */
  SELF,
  /** Self-attention of the decoder of an encoder-decoder, over what was written. */
  DECODER,
  /** What the decoder of an encoder-decoder reads of the encoded text. */
  CROSS,
  /** Self-attention of a decoder while it writes on after a text, a token at a time. */
  GENERATION
}
