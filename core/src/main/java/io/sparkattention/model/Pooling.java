package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.tensor.PoolingOperators;
import java.util.function.DoubleUnaryOperator;

/** How the activations of a sequence become one vector, as sentence-transformers names it. */
public enum Pooling {
  /** The first token. */
  CLS,
  /** The last token. */
  LASTTOKEN,
  /** The mean. */
  MEAN,
  /** The sum over the square root of the length. */
  MEAN_SQRT_LEN_TOKENS,
  /** The mean weighted by the position, counted from 1. */
  WEIGHTEDMEAN,
  /** The largest value in each column. */
  MAX;

  /**
   * Pools.
   *
   * @param hidden (N, hidden)
   * @return (B, hidden) float32
   */
  NDArray pool(
      NDManager scope, NDArray hidden, PackedSequences sequences, LayerOperators operators) {
    PoolingOperators pooling = PoolingOperators.on(scope);
    return switch (this) {
      case CLS -> picked(scope, hidden, sequences.firstRows(scope), operators);
      case LASTTOKEN -> picked(scope, hidden, sequences.lastRows(scope), operators);
      case MEAN -> pooling.sum(scope, hidden, sequences, perLength(sequences, n -> n));
      case MEAN_SQRT_LEN_TOKENS ->
          pooling.sum(scope, hidden, sequences, perLength(sequences, Math::sqrt));
      case WEIGHTEDMEAN ->
          pooling.weightedSum(
              scope,
              hidden,
              sequences,
              positions(sequences),
              perLength(sequences, n -> n * (n + 1) / 2));
      case MAX -> pooling.max(scope, hidden, sequences);
    };
  }

  private static NDArray picked(
      NDManager scope, NDArray hidden, NDArray rows, LayerOperators operators) {
    return operators.toFloat32(scope, operators.pick(scope, hidden, rows));
  }

  private static float[] perLength(PackedSequences sequences, DoubleUnaryOperator divisor) {
    float[] divisors = new float[sequences.size()];
    for (int i = 0; i < divisors.length; i++) {
      divisors[i] = (float) divisor.applyAsDouble(sequences.length(i));
    }
    return divisors;
  }

  private static float[] positions(PackedSequences sequences) {
    float[] positions = new float[sequences.offsets()[sequences.size()]];
    for (int i = 0; i < sequences.size(); i++) {
      int start = sequences.offsets()[i];
      for (int j = 0; j < sequences.length(i); j++) {
        positions[start + j] = j + 1;
      }
    }
    return positions;
  }
}
