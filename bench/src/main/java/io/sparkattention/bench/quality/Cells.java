package io.sparkattention.bench.quality;

import io.sparkattention.evaluate.Bootstrap;
import io.sparkattention.evaluate.Estimate;
import io.sparkattention.evaluate.ItemScores;
import io.sparkattention.evaluate.PairedComparison;
import io.sparkattention.evaluate.PairedTest;
import java.util.Locale;

/** How numbers stand in tables. */
final class Cells {

  /** Below this, a difference is called significant. */
  static final double LEVEL = 0.05;

  private Cells() {}

  /** A mean with its 95 % interval. */
  static String mean(ItemScores scores) {
    Estimate mean = Bootstrap.DEFAULT.estimate(scores);
    return format("%.3f [%.3f, %.3f]", mean.mean(), mean.low(), mean.high());
  }

  /** Second less first: the mean with its 95 % interval, p, and the items better and worse. */
  static String difference(ItemScores first, ItemScores second) {
    return difference(compare(first, second));
  }

  /** As {@link #difference(ItemScores, ItemScores)}, of what was compared before. */
  static String difference(PairedComparison comparison) {
    Estimate mean = comparison.difference();
    return format(
        "%+.3f [%+.3f, %+.3f] p=%s, %d better, %d worse",
        mean.mean(),
        mean.low(),
        mean.high(),
        format("%.4f", comparison.randomizationP()),
        comparison.better(),
        comparison.worse());
  }

  /** The paired randomization test with the defaults. */
  static PairedComparison compare(ItemScores first, ItemScores second) {
    return PairedTest.DEFAULT.compare(first, second);
  }

  /** Formats numbers with points. */
  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
