package io.sparkattention.evaluate;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;

/**
 * The share of relevant documents among the first k; ranks that a short ranking leaves empty count
 * as not relevant. It equals trec_eval's {@code P}.
 */
@Described(summary = "share of the first k that is relevant", source = "trec_eval's P")
public record Precision(@Default(value = "10", means = "how many ranks count") int k)
    implements RankingMetric {

  public Precision {
    new OptionCheck().atLeast(1, "k", k).done();
  }

  @Override
  public double score(JudgedRanking ranking) {
    return (double) ranking.found(ranking.depth(k)) / k;
  }
}
