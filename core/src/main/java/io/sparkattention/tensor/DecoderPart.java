package io.sparkattention.tensor;

/** What some decoders have and others have not. */
public enum DecoderPart {
  /** The feed-forward block multiplies with an activated gate (GLU, arXiv:2002.05202). */
  GATE,
  /** Queries and keys are normalized head by head before they are rotated. */
  HEAD_NORMS,
  /** What attention and feed-forward give is normalized before it is added. */
  POST_NORMS,
  /** Positions are embedded and added to the words. */
  POSITIONS,
  /** Queries, keys and values have a bias. */
  PROJECTION_BIAS,
  /** The output projection has a bias. */
  OUTPUT_BIAS,
  /** The feed-forward block has biases. */
  FEED_FORWARD_BIAS
}
