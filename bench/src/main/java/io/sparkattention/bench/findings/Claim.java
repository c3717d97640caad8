package io.sparkattention.bench.findings;

import java.util.List;
import java.util.function.Function;

/**
 * What a paper says, and by what it is told whether a model bears it out.
 *
 * @param id names it on the page
 * @param title in a few words
 * @param source the paper
 * @param rule the rule of the verdict, in words
 * @param quantities what was measured; the claim is not measured where the first is missing
 * @param judge the rule of the verdict
 */
record Claim(
    String id,
    String title,
    String source,
    String rule,
    List<Quantity> quantities,
    Function<Numbers, Verdict> judge) {

  Verdict of(Numbers model) {
    return model.of(quantities.get(0)).isEmpty() ? Verdict.NOT_MEASURED : judge.apply(model);
  }

  /** A rule that a number is above 0. */
  static Function<Numbers, Verdict> positive(Quantity quantity) {
    return model ->
        model.above(quantity, 0)
            ? Verdict.REPLICATED
            : model.below(quantity, 0) ? Verdict.CONTRADICTED : Verdict.UNDECIDED;
  }

  /** A rule that a number is below 0. */
  static Function<Numbers, Verdict> negative(Quantity quantity) {
    return model ->
        model.below(quantity, 0)
            ? Verdict.REPLICATED
            : model.above(quantity, 0) ? Verdict.CONTRADICTED : Verdict.UNDECIDED;
  }

  /** A rule that a number is at most so much; partly so if it is at most some more. */
  static Function<Numbers, Verdict> atMost(Quantity quantity, double number, double partly) {
    return model ->
        model.below(quantity, number)
            ? Verdict.REPLICATED
            : model.below(quantity, partly) ? Verdict.PARTLY : Verdict.CONTRADICTED;
  }

  /** A rule that a number is at least so much; partly so if it is at least something less. */
  static Function<Numbers, Verdict> atLeast(Quantity quantity, double number, double partly) {
    return model ->
        model.above(quantity, number)
            ? Verdict.REPLICATED
            : model.above(quantity, partly) ? Verdict.PARTLY : Verdict.CONTRADICTED;
  }
}
