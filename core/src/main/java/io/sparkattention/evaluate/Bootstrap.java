package io.sparkattention.evaluate;

import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap intervals of means: as many items are drawn with replacement, many times,
 * and the interval holds the middle part of the means (Efron, Annals of Statistics 7, 1979). The
 * same numbers, seed and resamples give the same interval. It costs items times resamples.
 *
 * @param resamples how many times items are drawn, at least 1,000
 * @param confidence the part of the means that the interval holds, such as 0.95
 * @param seed of the draws
 */
public record Bootstrap(int resamples, double confidence, long seed) implements Serializable {

  /** 95 % intervals from 2,000 resamples. */
  public static final Bootstrap DEFAULT = new Bootstrap(2000, 0.95, 42);

  public Bootstrap {
    if (resamples < 1000) {
      throw new IllegalArgumentException(
          "resamples must be at least 1000 for ends that are steady, but is " + resamples);
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence must be between 0 and 1, such as 0.95, but is " + confidence);
    }
  }

  /**
   * The mean of numbers with its interval.
   *
   * @param values one per item; those that are NaN count as missing
   * @throws IllegalArgumentException if a number is infinite
   */
  public Estimate estimate(double[] values) {
    double[] known = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
    for (double value : known) {
      if (Double.isInfinite(value)) {
        throw new IllegalArgumentException("a score is infinite, so there is no mean");
      }
    }
    int n = known.length;
    int missing = values.length - n;
    double mean = n == 0 ? Double.NaN : Arrays.stream(known).sum() / n;
    if (n < 2) {
      return new Estimate(n, missing, mean, Double.NaN, Double.NaN);
    }
    double[] means = means(known);
    double outside = (1 - confidence) / 2;
    return new Estimate(
        n, missing, mean, percentile(means, outside), percentile(means, 1 - outside));
  }

  /** The mean of an item's numbers with its interval. */
  public Estimate estimate(ItemScores scores) {
    return estimate(scores.array());
  }

  private double[] means(double[] values) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      double sum = 0;
      for (int j = 0; j < values.length; j++) {
        sum += values[random.nextInt(values.length)];
      }
      means[i] = sum / values.length;
    }
    Arrays.sort(means);
    return means;
  }

  /** Between two neighbours the percentile moves in a straight line, as numpy's does. */
  static double percentile(double[] sorted, double fraction) {
    double at = fraction * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
