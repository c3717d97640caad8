package io.sparkattention.statistics;

import io.sparkattention.attention.AttentionShape;
import io.sparkattention.registry.Described;
import java.util.List;
import java.util.Set;

/**
 * How much a token looks back at a marked source rather than at the rest of the text: of the mean
 * weight of a source token and the mean weight of another token before it, the share of the first.
 * Lookback Lens (arXiv:2407.07071) detects by it what a summary says without ground in its source.
 *
 * <p>With a the mean of w(t, s) over marked s and b that over s ≤ t that are not marked, a / (a +
 * b): 0 if the source is not looked at, 1/2 if it is read as the rest is, 1 if nothing else is. In
 * bidirectional attention b is over all tokens that are not marked. Tokens of the source itself
 * have none, as have documents that mark nothing.
 *
 * <p>Token: the query's own. Head: mean over the tokens outside the source. Document: mean over the
 * heads.
 */
@Described(
    summary = "How much a token looks back at a marked source rather than at the text since",
    source = "Lookback Lens, arXiv:2407.07071")
public record LookbackRatio() implements WeightShare {

  @Override
  public String caveat() {
    return "A low ratio does not show that a sentence is made up: the source may have been read"
        + " before";
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return AttentionKinds.selfOnly(shape);
  }

  @Override
  public boolean readsMarks() {
    return true;
  }

  @Override
  public Set<PositionColumn> columns() {
    return Set.of(PositionColumn.MARKED);
  }

  @Override
  public double[] tokens(ObservedHead head) {
    double[] source = head.mix(PositionColumn.MARKED);
    double[] all = head.mass(DistanceBand.ALL);
    SequenceTokens tokens = head.tokens();
    double[] ratios = new double[source.length];
    int counted = 0;
    int marked = 0;
    for (int t = 0; t < ratios.length; t++) {
      int keys = head.readableKeys(t); // of later queries not fewer
      for (; counted < keys; counted++) {
        marked += tokens.marked()[counted] ? 1 : 0;
      }
      double context = source[t] / marked;
      double rest = (all[t] - source[t]) / (keys - marked);
      boolean none = marked == 0 || tokens.marked()[head.position(t)];
      ratios[t] = none ? Double.NaN : Math.min(1, Math.max(0, context / (context + rest)));
    }
    return ratios;
  }
}
