package io.sparkattention.model;

/** What a strategy needs a model for. */
public enum ModelRole {
  /** Turning texts into vectors: a {@link TextEmbedder}. */
  EMBEDDER,
  /** Scoring pairs of texts: a {@link PairScorer}. */
  PAIR_SCORER,
  /** Turning texts into a vector per token: a {@link TokenEmbedder}. */
  TOKEN_EMBEDDER,
  /** Turning texts into a vector per chunk: a {@link ChunkEmbedder}. */
  CHUNK_EMBEDDER,
  /** Watching what is attended to: an {@link AttentionReader}. */
  ATTENTION,
  /** Continuing or rewriting texts: a generating model, decoder or encoder-decoder. */
  GENERATOR
}
