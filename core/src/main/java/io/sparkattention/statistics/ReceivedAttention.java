package io.sparkattention.statistics;

import io.sparkattention.registry.Described;
import java.util.Arrays;

/**
 * How much attention each token receives: the sum over the queries of their weight to it. The sums
 * of a head add up to the number of its queries. Of the family of the future attention influence of
 * arXiv:2510.13554, without its window.
 *
 * <p>Token: the sum, in queries: 1 is what every token of a uniform bidirectional head receives.
 * Head: how unequally its attention falls on the tokens, as the Gini coefficient of the sums,
 * corrected for their number: 0 if all tokens receive the same, 1 if one token receives everything;
 * not defined for a single token. Pieces of a document merge by their numbers of tokens. Document:
 * mean over the heads.
 *
 * <p>In causal attention early tokens are read by more queries and so receive more even from a
 * uniform head: compare among texts of similar length.
 */
@Described(
    summary = "How much attention each token receives, and how unequally it falls on the tokens",
    source = "arXiv:2510.13554, without its window")
public record ReceivedAttention() implements HeadStatistic {

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.COLUMN;
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return level == StatisticLevel.TOKEN ? ValueScale.positive("queries") : ValueScale.share();
  }

  @Override
  public boolean explains(StatisticLevel level) {
    return level == StatisticLevel.TOKEN;
  }

  @Override
  public String caveat() {
    return "What a token receives is not its importance: sinks and separators receive most";
  }

  @Override
  public double[] tokens(ObservedHead head) {
    return head.received();
  }

  @Override
  public WeightedMean head(double[] tokens) {
    double[] sorted = tokens.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double total = 0;
    double ranked = 0;
    for (int i = 0; i < n; i++) {
      total += sorted[i];
      ranked += (2.0 * i - n + 1) * sorted[i];
    }
    return n < 2 || !(total > 0)
        ? WeightedMean.NONE
        : new WeightedMean(n * ranked / (total * (n - 1)), n);
  }
}
