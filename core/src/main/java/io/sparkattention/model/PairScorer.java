package io.sparkattention.model;

import java.util.List;

/** Scores pairs of texts by reading both at once (a cross-encoder). */
public interface PairScorer {

  /** A query and a passage. */
  record Pair(String query, String passage) {}

  /**
   * One pair's relevance.
   *
   * @param value higher is more relevant, after the activation that the checkpoint names
   * @param tokens how many tokens were read, special tokens included
   * @param chunks into how many overlapping pieces a passage longer than the model was read
   * @param truncated whether text was left out
   */
  record Score(float value, int tokens, int chunks, boolean truncated) {}

  /**
   * What was read of one pair.
   *
   * @param values the score of each chunk of the passage, in the order of the text; at least one
   * @param representations of each chunk what the last linear map of the model's head reads
   * @param tokens how many tokens were read, special tokens included
   * @param truncated whether text was left out
   */
  record ChunkScores(float[] values, List<float[]> representations, int tokens, boolean truncated) {

    public ChunkScores {
      representations = List.copyOf(representations);
    }
  }

  /**
   * Scores pairs, in any number and of any length; the result does not depend on which pairs are
   * scored together.
   *
   * @return one score per pair, in the order of the pairs
   * @throws ArithmeticException if the model gives a score that is not finite
   */
  List<Score> score(List<Pair> pairs);

  /**
   * Scores the chunks of the passages of pairs; the largest of a pair is what {@link #score} gives.
   *
   * @return one result per pair, in the order of the pairs
   * @throws ArithmeticException if the model gives a score that is not finite
   */
  List<ChunkScores> scoreChunks(List<Pair> pairs);

  /**
   * What the last linear map of the model's head and the activation say of representations, such as
   * means of those of chunks.
   *
   * @return one score per representation, in order
   */
  List<Float> scoreRepresentations(List<float[]> representations);
}
