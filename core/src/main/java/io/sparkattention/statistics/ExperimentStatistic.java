package io.sparkattention.statistics;

import io.sparkattention.text.Tokens;

/** A statistic of what changes in further forward passes over a sequence, such as an ablation. */
public non-sealed interface ExperimentStatistic extends AttentionStatistic {

  @Override
  default StatisticClass statisticClass() {
    return StatisticClass.EXPERIMENT;
  }

  /**
   * How many forward passes a sequence takes beside its own, at most.
   *
   * @param heads of all layers of the model
   * @param tokens of the sequence
   */
  long passes(int heads, int tokens);

  /**
   * The numbers of one sequence.
   *
   * @param sequence what the model read, special tokens included
   */
  Findings findings(ExaminedModel model, Tokens sequence);
}
