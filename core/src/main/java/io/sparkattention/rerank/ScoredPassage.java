package io.sparkattention.rerank;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A passage that was found.
 *
 * @param passageId names the passage
 * @param score how relevant it is; higher is better
 */
public record ScoredPassage(String passageId, double score) implements Serializable {

  /** Higher scores first, of equal scores the smaller id. */
  public static final Comparator<ScoredPassage> BEST_FIRST =
      Comparator.comparingDouble(ScoredPassage::score)
          .reversed()
          .thenComparing(ScoredPassage::passageId);

  public ScoredPassage {
    score += 0.0; // turns -0.0 into 0.0, which must tie with it
  }
}
