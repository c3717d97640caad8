package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;

/**
 * The share of a query's weights that stays within a window around it; in a model that reads from
 * left to right that is the recent past. RecurFormer (arXiv:2410.12850) calls heads recency aware
 * by it; arXiv:2502.09647 asks the same of each query, to leave out the keys beyond.
 *
 * <p>The sum over keys s with |s − t| &lt; window of w(t, s), from 0 to 1.
 *
 * <p>Token: the query's own. Head: mean over the queries. Document: mean over the heads.
 *
 * @param window how far the window reaches on each side, the query's own token included
 */
@Described(
    summary = "How much of its weights a query keeps within a window around it",
    source = "RecurFormer, arXiv:2410.12850; arXiv:2502.09647")
public record LocalShare(
    @Default(value = "16", means = "tokens on each side, the query's own included") int window)
    implements WeightShare, BandStatistic {

  public LocalShare {
    new OptionCheck().atLeast(1, "window", window).done();
  }

  @Override
  public String caveat() {
    return "A local head may still need what is far away for a few queries: the mean hides them";
  }

  @Override
  public double[] tokens(ObservedHead head) {
    return head.mass(band());
  }

  @Override
  public DistanceBand band() {
    return new DistanceBand(1 - window, window - 1);
  }
}
