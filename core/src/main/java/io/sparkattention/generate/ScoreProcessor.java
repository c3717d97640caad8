package io.sparkattention.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** Changes the scores of the next token before one is chosen. */
interface ScoreProcessor {

  /**
   * Changes scores.
   *
   * @param scope owns the result
   * @param scores (R, vocabulary) float32
   * @param texts the text of each row so far
   * @return the same array where nothing changes
   */
  NDArray process(NDManager scope, NDArray scores, List<RunningText> texts);
}
