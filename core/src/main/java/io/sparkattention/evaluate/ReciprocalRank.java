package io.sparkattention.evaluate;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;

/**
 * One divided by the rank of the first relevant document; its mean is MRR. It equals trec_eval's
 * {@code recip_rank}, with a cut-off that of {@code trec_eval -M k}.
 */
@Described(
    summary = "1 / rank of the first relevant document; its mean is MRR",
    source = "trec_eval's recip_rank (Voorhees, TREC-8 question answering track, 1999)")
public record ReciprocalRank(@Default(value = "0", means = "how many ranks count; 0 for all") int k)
    implements RankingMetric {

  public ReciprocalRank {
    new OptionCheck().atLeast(0, "k", k).done();
  }

  @Override
  public double score(JudgedRanking ranking) {
    for (int i = 0; i < ranking.depth(k); i++) {
      if (ranking.retrieved().get(i) > 0) {
        return 1.0 / (i + 1);
      }
    }
    return 0;
  }
}
