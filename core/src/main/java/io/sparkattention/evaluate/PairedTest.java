package io.sparkattention.evaluate;

import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.commons.statistics.inference.TTest;

/**
 * Tests whether two runs differ, item by item. The randomization test asks how often the difference
 * of means is at least as large when each item's two scores change places at random (Fisher;
 * Smucker et al., CIKM 2007): over all changes if at most {@value #EXACT} items differ, otherwise
 * over {@code permutations} of them, the observed one included. The t-test stands beside it.
 *
 * @param bootstrap for the interval of the difference
 * @param permutations how many are drawn, at least 1,000; p is at least 1 / (permutations + 1)
 * @param seed of these draws
 */
public record PairedTest(Bootstrap bootstrap, int permutations, long seed) implements Serializable {

  /** Up to so many items that differ, all changes of signs are counted. */
  public static final int EXACT = 20;

  /** 10,000 permutations and {@link Bootstrap#DEFAULT}. */
  public static final PairedTest DEFAULT = new PairedTest(Bootstrap.DEFAULT, 10_000, 42);

  public PairedTest {
    if (permutations < 1000) {
      throw new IllegalArgumentException(
          "permutations must be at least 1000, but is " + permutations);
    }
  }

  /**
   * Compares the scores of a second run with those of a first, matched by item id.
   *
   * @throws IllegalArgumentException if they are of different columns
   */
  public PairedComparison compare(ItemScores first, ItemScores second) {
    if (!first.column().equals(second.column())) {
      throw new IllegalArgumentException(
          "scores of " + first.column() + " cannot be compared with scores of " + second.column());
    }
    TreeSet<String> ids = new TreeSet<>(first.values().keySet());
    ids.addAll(second.values().keySet());
    return compare(
        ids.stream()
            .mapToDouble(
                id ->
                    second.values().getOrDefault(id, Double.NaN)
                        - first.values().getOrDefault(id, Double.NaN))
            .toArray());
  }

  /**
   * Tests whether differences have the mean 0.
   *
   * @param differences one per item; those that are NaN count as missing
   */
  public PairedComparison compare(double[] differences) {
    Estimate mean = bootstrap.estimate(differences);
    double[] known = Arrays.stream(differences).filter(d -> !Double.isNaN(d)).toArray();
    double[] nonzero = Arrays.stream(known).filter(d -> d != 0).toArray();
    int better = (int) Arrays.stream(nonzero).filter(d -> d > 0).count();
    boolean exact = nonzero.length <= EXACT;
    double p = known.length == 0 ? Double.NaN : exact ? exactP(nonzero) : sampledP(nonzero);
    return new PairedComparison(
        mean, better, nonzero.length - better, p, exact, studentP(known, nonzero.length));
  }

  /** Goes through all signs in an order in which one changes at a time. */
  private static double exactP(double[] differences) {
    double observed = threshold(differences);
    double[] signed = differences.clone();
    long reached = 0;
    long all = 1L << differences.length;
    for (long i = 1; i <= all; i++) {
      reached += Math.abs(sum(signed)) >= observed ? 1 : 0;
      int flip = Long.numberOfTrailingZeros(i);
      if (flip < signed.length) {
        signed[flip] = -signed[flip];
      }
    }
    return (double) reached / all;
  }

  private double sampledP(double[] differences) {
    double observed = threshold(differences);
    SplittableRandom random = new SplittableRandom(seed);
    long reached = 1;
    for (int i = 0; i < permutations; i++) {
      double sum = 0;
      long bits = 0;
      for (int j = 0; j < differences.length; j++) {
        bits = j % Long.SIZE == 0 ? random.nextLong() : bits >>> 1;
        sum += (bits & 1) == 0 ? differences[j] : -differences[j];
      }
      reached += Math.abs(sum) >= observed ? 1 : 0;
    }
    return (double) reached / (permutations + 1);
  }

  /** The observed sum, less what rounding may take from sums that are equal to it. */
  private static double threshold(double[] differences) {
    double magnitude = Arrays.stream(differences).map(Math::abs).sum();
    return Math.abs(sum(differences)) - 1e-12 * magnitude;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double studentP(double[] differences, int nonzero) {
    if (differences.length < 2) {
      return Double.NaN;
    }
    if (nonzero == 0) {
      return 1;
    }
    return TTest.withDefaults().test(differences).getPValue();
  }
}
