package io.sparkattention.evaluate;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;

/**
 * The precision at the rank of each relevant document that was retrieved, summed and divided by all
 * relevant documents; its mean is MAP. It equals trec_eval's {@code map}, with a cut-off its {@code
 * map_cut}.
 */
@Described(
    summary = "precision at each relevant document, averaged over all of them; its mean is MAP",
    source = "trec_eval's map (Buckley and Voorhees, in TREC, MIT Press, 2005)")
public record AveragePrecision(
    @Default(value = "0", means = "how many ranks count; 0 for all") int k)
    implements RankingMetric {

  public AveragePrecision {
    new OptionCheck().atLeast(0, "k", k).done();
  }

  @Override
  public double score(JudgedRanking ranking) {
    double sum = 0;
    int found = 0;
    for (int i = 0; i < ranking.depth(k); i++) {
      if (ranking.retrieved().get(i) > 0) {
        found++;
        sum += (double) found / (i + 1);
      }
    }
    return found == 0 ? 0 : sum / ranking.relevant().size();
  }
}
