package io.sparkattention.evaluate;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;

/**
 * The share of all relevant documents that stand among the first k. It equals trec_eval's {@code
 * recall}, and its {@code set_recall} for k = 0.
 */
@Described(
    summary = "share of the relevant documents that are among the first k",
    source = "trec_eval's recall")
public record Recall(@Default(value = "0", means = "how many ranks count; 0 for all") int k)
    implements RankingMetric {

  public Recall {
    RankingCutoff.check(k, 0);
  }

  @Override
  public double score(JudgedRanking ranking) {
    int found = ranking.found(RankingCutoff.depth(k, ranking.retrieved().size()));
    return found == 0 ? 0 : (double) found / ranking.relevant().size();
  }
}
