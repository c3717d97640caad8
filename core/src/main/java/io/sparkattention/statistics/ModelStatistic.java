package io.sparkattention.statistics;

/**
 * A statistic of the model alone, computed once and the same for every document: from its weights
 * ({@link StatisticClass#PARAMETERS}) or from texts that the statistic makes itself ({@link
 * StatisticClass#EXPERIMENT}).
 */
public non-sealed interface ModelStatistic extends AttentionStatistic {

  /** How many forward passes that takes. */
  default long passes() {
    return 0;
  }

  /** The numbers of the model: of heads, or of pairs of heads. */
  Findings findings(ExaminedModel model);
}
