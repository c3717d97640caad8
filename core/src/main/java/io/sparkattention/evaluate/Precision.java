package io.sparkattention.evaluate;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;

/**
 * The share of relevant documents among the first k; ranks that a short ranking leaves empty count
 * as not relevant. It equals trec_eval's {@code P}.
 */
@Described(summary = "share of the first k that is relevant", source = "trec_eval's P")
public record Precision(@Default(value = "10", means = "how many ranks count") int k)
    implements RankingMetric {

  public Precision {
    RankingCutoff.check(k, 1);
  }

  @Override
  public double score(JudgedRanking ranking) {
    return (double) ranking.found(RankingCutoff.depth(k, ranking.retrieved().size())) / k;
  }
}
