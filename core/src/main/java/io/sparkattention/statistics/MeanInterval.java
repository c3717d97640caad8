package io.sparkattention.statistics;

import java.io.Serializable;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A mean with its 95 % interval by Student's t distribution, from sums that merge.
 *
 * @param count how many numbers were taken in
 * @param sum of them
 * @param squares sum of their squares
 */
public record MeanInterval(long count, double sum, double squares) implements Serializable {

  private static final double UPPER = 0.975;

  /** Of no numbers. */
  public static final MeanInterval NONE = new MeanInterval(0, 0, 0);

  /** With one more number; NaN is left out. */
  public MeanInterval with(double number) {
    return Double.isNaN(number)
        ? this
        : new MeanInterval(count + 1, sum + number, squares + number * number);
  }

  /** With the numbers of another. */
  public MeanInterval merge(MeanInterval other) {
    return new MeanInterval(count + other.count, sum + other.sum, squares + other.squares);
  }

  /** NaN of no numbers. */
  public double mean() {
    return sum / count;
  }

  /** The lower end; NaN of fewer than two numbers. */
  public double low() {
    return mean() - half();
  }

  /** The upper end; NaN of fewer than two numbers. */
  public double high() {
    return mean() + half();
  }

  private double half() {
    double variance = Math.max(0, squares / count - mean() * mean()) / (count - 1);
    return count < 2
        ? Double.NaN
        : TDistribution.of(count - 1.0).inverseCumulativeProbability(UPPER) * Math.sqrt(variance);
  }
}
