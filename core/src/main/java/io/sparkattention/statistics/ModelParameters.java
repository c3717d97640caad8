package io.sparkattention.statistics;

/**
 * The weights of a model's attention by head, as plain numbers: a vector x of the residual stream
 * has the query {@code query(l, h) · x} and so on. Biases, norms and rotations are left out.
 */
public interface ModelParameters {

  /** How many layers it has. */
  int layers();

  /** How many query heads each layer has. */
  int heads();

  /** What a head's query is computed by: [column of the head][hidden]. */
  float[][] query(int layer, int head);

  /** What the key is computed by that a query head reads: [column of the head][hidden]. */
  float[][] key(int layer, int head);

  /** What the value is computed by that a query head reads: [column of the head][hidden]. */
  float[][] value(int layer, int head);

  /** What a head adds to the residual stream: [hidden][column of the head]. */
  float[][] output(int layer, int head);

  /** The word embeddings: [token][hidden]. */
  float[][] words();

  /** What scores the next token: [token][hidden]; the word embeddings where they serve for it. */
  default float[][] scoring() {
    return words();
  }
}
