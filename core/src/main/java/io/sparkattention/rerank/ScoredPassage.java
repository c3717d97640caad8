package io.sparkattention.rerank;

import java.io.Serializable;

/**
 * A passage that was found. The natural order puts the best first: higher scores, and of equal
 * scores the smaller id.
 *
 * @param passageId names the passage
 * @param score how relevant it is; higher is better
 */
public record ScoredPassage(String passageId, double score)
    implements Comparable<ScoredPassage>, Serializable {

  public ScoredPassage {
    score += 0.0; // turns -0.0 into 0.0, which must tie with it
  }

  @Override
  public int compareTo(ScoredPassage other) {
    int byScore = Double.compare(other.score, score);
    return byScore == 0 ? passageId.compareTo(other.passageId) : byScore;
  }
}
