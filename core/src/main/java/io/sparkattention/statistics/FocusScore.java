package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.List;
import java.util.Set;

/**
 * The share of its weights that a query gives to the span that the document marks, such as the
 * instruction before untrusted text. Attention Tracker (arXiv:2411.00348) takes it from the last
 * token: an injected instruction draws that token's attention away from the original one.
 *
 * <p>The sum over marked keys s of w(t, s), from 0 to 1. Documents that mark nothing have none.
 *
 * <p>Token: the query's own. Head: of the last token, or the mean over all. Document: mean over the
 * heads; Attention Tracker averages over heads that were chosen with known attacks, as can be done
 * with the rows of heads.
 *
 * @param from which queries count
 */
@Described(
    summary = "How much of its weights the last token gives to a marked span",
    source = "Attention Tracker, arXiv:2411.00348")
public record FocusScore(
    @Default(value = "last", means = "the last query alone, or all") Queries from)
    implements WeightShare {

  /** Which queries count. */
  public enum Queries {
    LAST,
    ALL
  }

  @Override
  public String caveat() {
    return "Only in models that were trained to follow instructions does a low score hint at an"
        + " injection";
  }

  /** Why the focus of a model that was not trained to follow instructions tells nothing. */
  public static final String UNINSTRUCTED =
      " has no chat template, and so was not trained to follow instructions: its focus on them"
          + " detects nothing. Use an instruction model, or --experimental to see the numbers all"
          + " the same";

  @Override
  public List<String> meaninglessReasons(ExaminedModel model) {
    return model.instructed() ? List.of() : List.of("the model" + UNINSTRUCTED);
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
    double[] shares = head.mix(PositionColumn.MARKED);
    int counted = from == Queries.ALL ? 0 : shares.length - 1;
    boolean none = head.tokens().markedBefore(head.keys()) == 0;
    for (int t = 0; t < shares.length; t++) {
      shares[t] = none || t < counted ? Double.NaN : shares[t];
    }
    return shares;
  }
}
