package io.sparkattention.model;

import java.util.BitSet;

/**
 * A text as one vector per token.
 *
 * @param values the vectors one after the other, (count · dimension)
 * @param dimension numbers in a vector
 * @param ids the vocabulary id of each token, (count)
 * @param special which tokens stand for no part of the text, such as {@code [CLS]}, and were not
 *     trained to be compared with others
 * @param tokens how many tokens were read, special ones and overlaps included
 * @param chunks into how many overlapping pieces a text longer than the model was read; 1 otherwise
 * @param truncated whether text was left out
 */
public record TokenVectors(
    float[] values,
    int dimension,
    int[] ids,
    BitSet special,
    int tokens,
    int chunks,
    boolean truncated) {

  /**
   * Checks that there are as many vectors as ids.
   *
   * @throws IllegalArgumentException if there are not
   */
  public TokenVectors {
    if (dimension < 1 || values.length != (long) ids.length * dimension) {
      throw new IllegalArgumentException(
          "%d numbers are not %d vectors of %d".formatted(values.length, ids.length, dimension));
    }
  }

  /** How many tokens have a vector. */
  public int count() {
    return ids.length;
  }

  /** The same text without its special tokens. */
  public TokenVectors content() {
    if (special.isEmpty()) {
      return this;
    }
    int kept = count() - special.cardinality();
    float[] rows = new float[kept * dimension];
    int[] keptIds = new int[kept];
    int to = 0;
    for (int i = special.nextClearBit(0); i < count(); i = special.nextClearBit(i + 1)) {
      System.arraycopy(values, i * dimension, rows, to * dimension, dimension);
      keptIds[to++] = ids[i];
    }
    return new TokenVectors(rows, dimension, keptIds, new BitSet(), tokens, chunks, truncated);
  }

  /** The same with vectors of length 1; a vector of zeros stays as it is. */
  public TokenVectors normalized() {
    float[] unit = new float[values.length];
    for (int from = 0; from < unit.length; from += dimension) {
      double squares = 0;
      for (int k = from; k < from + dimension; k++) {
        squares += (double) values[k] * values[k];
      }
      double length = squares == 0 ? 1 : Math.sqrt(squares);
      for (int k = from; k < from + dimension; k++) {
        unit[k] = (float) (values[k] / length);
      }
    }
    return new TokenVectors(unit, dimension, ids, special, tokens, chunks, truncated);
  }
}
