package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;

/**
 * The share of a query's weights that falls on tokens at some distance from it: on the token itself
 * (the diagonal of the matrix), on the one before or the one after it. Clark et al. 2019
 * (arXiv:1906.04341) find heads of BERT that attend to the next or to the previous token; the
 * diagonal is what Ditto (arXiv:2305.10786) weights words by.
 *
 * <p>The sum over keys s with from ≤ s − t ≤ to of w(t, s), from 0 to 1. Queries of which no such
 * key is in the sequence have none.
 *
 * <p>Token: the query's own. Head: mean over the queries. Document: mean over the heads.
 *
 * @param from the smallest distance s − t; negative before the query
 * @param to the greatest distance
 */
@Described(
    summary = "How much of its weights a query gives to the tokens at some distance from it",
    source = "Clark et al. 2019, arXiv:1906.04341; Ditto, arXiv:2305.10786")
public record OffsetShare(
    @Default(value = "-1", means = "smallest distance, negative before the query") int from,
    @Default(value = "-1", means = "greatest distance") int to)
    implements WeightShare, BandStatistic {

  public OffsetShare {
    if (from > to) {
      throw new IllegalArgumentException(
          "from=%d, to=%d: the smallest distance must not be above the greatest"
              .formatted(from, to));
    }
  }

  @Override
  public String caveat() {
    return "A head that looks at a neighbour may do so for its position alone, whatever stands"
        + " there";
  }

  @Override
  public double[] tokens(ObservedHead head) {
    double[] shares = head.mass(band());
    for (int t = 0; t < shares.length; t++) {
      int position = head.position(t);
      boolean none = (long) position + to < 0 || (long) position + from >= head.keys();
      shares[t] = none ? Double.NaN : shares[t];
    }
    return shares;
  }

  @Override
  public DistanceBand band() {
    return new DistanceBand(from, to);
  }
}
