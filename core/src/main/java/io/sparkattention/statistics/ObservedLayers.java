package io.sparkattention.statistics;

/**
 * What all layers attended to in one sequence, without padding. Rows of weights are computed when
 * they are asked for, so a statistic that goes through the layers one after the other, in either
 * direction, and through blocks of rows needs memory for one block. Arrays are fresh copies.
 */
public interface ObservedLayers extends AutoCloseable {

  /** How many layers the model has. */
  int layers();

  /** How many heads each layer has. */
  int heads();

  /** How many tokens the sequence has: queries, and keys. */
  int length();

  /** The tokens. */
  SequenceTokens tokens();

  /** The queries of the seeded sample, ascending. */
  int[] sample();

  /**
   * Rows of weights of all heads of a layer.
   *
   * @return [head][to - from][key]
   */
  float[][][] weights(int layer, int from, int to);

  /** The whole matrices of a layer, [head][query][key]: for sequences that are short. */
  default float[][][] weights(int layer) {
    return weights(layer, 0, length());
  }

  /** What products of queries and keys are multiplied with before the softmax. */
  default double scale(int layer) {
    return 1 / Math.sqrt(queries(layer, 0)[0].length);
  }

  /** The queries of a head, rotated where the model rotates them: [token][column]. */
  float[][] queries(int layer, int head);

  /** The keys that a query head reads: [token][column]. */
  float[][] keys(int layer, int head);

  /** The values that a query head reads: [token][column]. */
  float[][] values(int layer, int head);

  /** Frees what the last layer that was asked needs. */
  @Override
  default void close() {}
}
