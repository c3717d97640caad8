package io.sparkattention.evaluate;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.List;

/**
 * Normalized discounted cumulative gain with linear gain: the sum of relevance / log2(rank + 1),
 * divided by what the best order of all judged documents would reach (Järvelin and Kekäläinen, ACM
 * TOIS 20, 2002). It equals trec_eval's {@code ndcg_cut}, and its {@code ndcg} for k = 0.
 */
@Described(
    summary = "normalized discounted cumulative gain of the first k, gain = relevance",
    source = "trec_eval's ndcg_cut (Järvelin and Kekäläinen, 2002)")
public record Ndcg(@Default(value = "0", means = "how many ranks count; 0 for all") int k)
    implements RankingMetric {

  public Ndcg {
    new OptionCheck().atLeast(0, "k", k).done();
  }

  @Override
  public double score(JudgedRanking ranking) {
    double ideal = discountedGain(ranking.relevant());
    return ideal == 0 ? 0 : discountedGain(ranking.retrieved()) / ideal;
  }

  private double discountedGain(List<Integer> relevance) {
    double sum = 0;
    for (int i = 0; i < JudgedRanking.depth(k, relevance); i++) {
      sum += relevance.get(i) * Math.log(2) / Math.log(i + 2);
    }
    return sum;
  }
}
