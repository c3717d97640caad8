package io.sparkattention.evaluate;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;

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
    new OptionCheck().atLeast(0, "k", k).done();
  }

  @Override
  public double score(JudgedRanking ranking) {
    int found = ranking.found(ranking.depth(k));
    return found == 0 ? 0 : (double) found / ranking.relevant().size();
  }
}
