package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Texts that a model continues together, one row each. Rows begin when they like, can be reordered
 * and repeated, and are read by one thread at a time.
 */
public interface Continuation extends AutoCloseable {

  /** Number of rows. */
  int rows();

  /**
   * Begins rows anew.
   *
   * @param scope owns the result
   * @param rows different rows
   * @param prompts what each of them reads, at least one token
   * @return how likely each token comes next, unnormalized: (R, vocabulary) float32
   */
  NDArray begin(NDManager scope, int[] rows, List<int[]> prompts);

  /**
   * Reads on in rows that have read something, of a model that {@linkplain
   * GenerativeModel#readsInParts reads prompts in parts}.
   *
   * @param rows different rows
   * @param more what each of them reads next, at least one token
   * @return (R, vocabulary) float32, unnormalized
   */
  default NDArray readOn(NDManager scope, int[] rows, List<int[]> more) {
    throw new UnsupportedOperationException("prompts are read as a whole");
  }

  /**
   * Reads one more token in every row.
   *
   * @return (rows, vocabulary) float32, unnormalized
   */
  NDArray next(NDManager scope, int[] ids);

  /** Keeps some rows, in any order, any of them repeated. */
  void select(int[] rows);

  /**
   * Lets several rows go on from each, side by side. They may share what was read so far; they then
   * stay side by side in what is selected, and none of them begins anew.
   *
   * @param rowsPerText rows for each of the present ones
   */
  default void spread(int rowsPerText) {
    select(IntStream.range(0, rows() * rowsPerText).map(row -> row / rowsPerText).toArray());
  }

  /**
   * Whether rows whose texts are complete had better stay for some steps, since steps of as many
   * rows as before are fastest. The lengths of all rows must then be equal.
   */
  default boolean keepsRows() {
    return false;
  }

  /**
   * How many tokens of prompts it has not read, since what it would have made of them was known.
   */
  default long spared() {
    return 0;
  }

  /** What the decoder has read of a prompt before the first new token. */
  int[] decoderPrompt(int[] prompt);

  /** The most tokens that a row can hold with this prompt, those of {@link #decoderPrompt} too. */
  int maxLength(int[] prompt);

  @Override
  void close();
}
