package io.sparkattention.bench.findings;

import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;

/** What was found of one model, as rules ask for it. */
record Numbers(String model, List<Finding> findings) {

  /** The finding of all layers and heads, or of the head that was chosen. */
  Optional<Finding> of(Quantity quantity) {
    return findings.stream().filter(each -> each.is(model, quantity)).findFirst();
  }

  /** Layer by layer, or head by head, in their order. */
  List<Finding> places(Quantity quantity) {
    return findings.stream().filter(each -> each.is(model, quantity)).toList();
  }

  /** Whether the whole interval lies above a number; the number itself counts as above. */
  boolean above(Quantity quantity, double number) {
    return test(quantity, true, low -> low >= number);
  }

  /** Whether the whole interval lies below a number. */
  boolean below(Quantity quantity, double number) {
    return test(quantity, false, high -> high < number);
  }

  private boolean test(Quantity quantity, boolean low, DoublePredicate test) {
    Optional<Finding> found = of(quantity);
    if (found.isEmpty()) {
      return false;
    }
    Finding finding = found.get();
    double end = low ? finding.low() : finding.high();
    return test.test(Double.isNaN(end) ? finding.mean() : end);
  }
}
