package io.sparkattention.statistics;

import io.sparkattention.attention.AttentionShape;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * One statistic of attention. Stateless and thread-safe; a statistic is its options. Numbers that
 * are not defined (no token, no query that counts) are NaN and left out of every mean.
 */
public interface AttentionStatistic extends Serializable {

  /** What it has to see, which is what it costs. */
  StatisticClass statisticClass();

  /** Unit and range of its numbers at a level. */
  ValueScale scale(StatisticLevel level);

  /** What its numbers are no evidence of, in one sentence without its full stop. */
  String caveat();

  /** Every reason why it makes no sense for such an attention; empty if it does. */
  default List<String> unsupportedReasons(AttentionShape shape) {
    return List.of();
  }

  /** The columns whose sums {@link #tokens} reads. */
  default Set<PositionColumn> columns() {
    return Set.of();
  }

  /**
   * One number for each real token of a sequence, from one head's weights.
   *
   * @return as many numbers as the sequence has real queries, or real keys for a statistic of what
   *     is attended to; NaN where not defined
   */
  double[] tokens(ObservedHead head);

  /**
   * The number of a head from those of its tokens: by default their mean.
   *
   * @return with a weight, so that pieces of one document merge
   */
  default WeightedMean head(double[] tokens) {
    return WeightedMean.of(tokens);
  }

  /**
   * The number of a document from those of its heads, of all layers: by default their mean.
   *
   * @param heads the numbers of the heads, after all pieces of the document were merged
   */
  default double document(double[] heads) {
    return WeightedMean.of(heads).value();
  }
}
