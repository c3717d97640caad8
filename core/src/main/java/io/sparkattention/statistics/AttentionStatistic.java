package io.sparkattention.statistics;

import io.sparkattention.attention.AttentionShape;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One statistic of attention. Stateless and thread-safe; a statistic is its options. Numbers that
 * are not defined (no token, no query that counts) are NaN and left out of every mean.
 *
 * <p>What it is computed from decides which of the four it is: {@link HeadStatistic} from one head
 * at a time while the model reads, {@link LayersStatistic} from all layers of a sequence after it
 * was read, {@link ExperimentStatistic} from further forward passes over a sequence, {@link
 * ModelStatistic} from the model alone.
 */
public sealed interface AttentionStatistic extends Serializable
    permits HeadStatistic, LayersStatistic, ExperimentStatistic, ModelStatistic {

  /** What it has to see, which is what it costs. */
  StatisticClass statisticClass();

  /** Unit and range of its numbers at a level. */
  ValueScale scale(StatisticLevel level);

  /** What its numbers are no evidence of, in one sentence without its full stop. */
  String caveat();

  /**
   * Whether its numbers of a level are read as an explanation: of which tokens, or which heads,
   * decide what the model makes of a text. They are worth as much as they agree with ablation.
   */
  default boolean explains(StatisticLevel level) {
    return false;
  }

  /** The levels that it has numbers of, the corpus left aside: it follows from the others. */
  default Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD, StatisticLevel.TOKEN);
  }

  /** Every reason why it makes no sense for such an attention; empty if it does. */
  default List<String> unsupportedReasons(AttentionShape shape) {
    return List.of();
  }

  /** Every reason why such a model cannot give its numbers; empty if it can. */
  default List<String> unsupportedReasons(ExaminedModel model) {
    return List.of();
  }

  /**
   * Every reason why such a model can give its numbers and they would mean nothing; empty if they
   * mean what the statistic is for. Refused unless numbers are asked for all the same: see {@link
   * StatisticsPlan#experimental}.
   */
  default List<String> meaninglessReasons(ExaminedModel model) {
    return List.of();
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
