package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;

/**
 * How much later queries look back at a token: the mean weight that the queries give it which come
 * between two distances after it. The future attention influence of arXiv:2510.13554, whose peaks
 * are tokens that what follows keeps returning to.
 *
 * <p>The mean over queries t with nearest ≤ t − s ≤ farthest of w(t, s), from 0 to 1. The last
 * tokens, which no such query follows, have none.
 *
 * <p>Token: the mean. Head: mean over the tokens. Document: mean over the heads.
 *
 * @param nearest how many tokens later the first query comes that counts
 * @param farthest how many tokens later the last one comes
 */
@Described(
    summary = "How much later queries look back at each token",
    source = "Future attention influence, arXiv:2510.13554")
public record FutureInfluence(
    @Default(value = "4", means = "tokens after it that the first query comes") int nearest,
    @Default(value = "50", means = "tokens after it that the last query comes") int farthest)
    implements BandStatistic {

  public FutureInfluence {
    OptionCheck check = new OptionCheck().atLeast(0, "nearest", nearest);
    check.atLeast(nearest, "farthest", farthest).done();
  }

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.COLUMN;
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return ValueScale.share();
  }

  @Override
  public String caveat() {
    return "A token that is looked back at is not shown to change what is written";
  }

  @Override
  public double[] tokens(ObservedHead head) {
    double[] received = head.received(band());
    int first = head.position(0);
    int last = first + head.queries() - 1;
    for (int s = 0; s < received.length; s++) {
      int count = Math.min(last, s + farthest) - Math.max(first, s + nearest) + 1;
      received[s] = count < 1 ? Double.NaN : received[s] / count;
    }
    return received;
  }

  @Override
  public DistanceBand band() {
    return new DistanceBand(-farthest, -nearest);
  }
}
