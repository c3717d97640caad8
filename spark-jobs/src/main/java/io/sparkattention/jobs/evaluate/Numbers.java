package io.sparkattention.jobs.evaluate;

import io.sparkattention.evaluate.Estimate;
import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
public final class Numbers {

  private static final String NONE = "–";
  private static final double LEAST_P = 0.0001;

  private Numbers() {}

  /** A score with four digits. */
  public static String score(double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%.4f", value);
  }

  /** A difference with its sign. */
  public static String difference(double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%+.4f", value);
  }

  /** The ends of an interval. */
  public static String interval(Estimate estimate) {
    return Double.isNaN(estimate.low())
        ? NONE
        : "[" + score(estimate.low()) + ", " + score(estimate.high()) + "]";
  }

  /** A p-value with four digits, or less than the least that is shown. */
  public static String p(double value) {
    if (Double.isNaN(value)) {
      return NONE;
    }
    return value < LEAST_P ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", value);
  }

  /** A share in percent. */
  public static String percent(double share) {
    String text = String.format(Locale.ROOT, "%.2f", 100 * share).replaceFirst("\\.?0+$", "");
    return text + " %";
  }

  /** How many there are, thousands set apart. */
  static String count(int count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
