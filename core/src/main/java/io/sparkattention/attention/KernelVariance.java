package io.sparkattention.attention;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.DoubleStream;

/**
 * How much the logarithm of a sum of log-normal numbers varies, by the variance of their
 * logarithms. It has no closed form: the paper fits a line for heads of 64, here it is measured on
 * fixed random numbers. Linear Log-Normal Attention (arXiv:2311.13541).
 *
 * @param totals variances of the logarithms, rising from 0
 * @param variances of the logarithm of the sum, rising from 0
 */
record KernelVariance(float[] totals, float[] variances) {

  private static final int POINTS = 64;
  private static final int DRAWS = 512;

  /** Variance of the logarithms at the last point; at heads of 64 the kernel's is about 37. */
  private static final double LARGEST = 256;

  private static final Map<Integer, KernelVariance> BY_SIZE = new ConcurrentHashMap<>();

  /** For sums of so many numbers. */
  static KernelVariance of(int size) {
    return BY_SIZE.computeIfAbsent(size, KernelVariance::measured);
  }

  private static KernelVariance measured(int size) {
    Random random = new Random(size);
    double[] gaussian =
        DoubleStream.generate(random::nextGaussian).limit((long) DRAWS * size).toArray();
    float[] totals = new float[POINTS];
    float[] variances = new float[POINTS];
    for (int point = 1; point < POINTS; point++) {
      double root = Math.sqrt(LARGEST) * point / (POINTS - 1);
      totals[point] = (float) (root * root);
      variances[point] =
          Math.max(Math.nextUp(variances[point - 1]), (float) variance(gaussian, size, root));
    }
    return new KernelVariance(totals, variances);
  }

  /** Variance of log Σ exp(deviation · x) over draws of so many numbers x. */
  private static double variance(double[] gaussian, int size, double deviation) {
    double sum = 0;
    double squares = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      double exponentials = 0;
      for (int i = draw * size; i < (draw + 1) * size; i++) {
        exponentials += Math.exp(deviation * gaussian[i]);
      }
      double logarithm = Math.log(exponentials);
      sum += logarithm;
      squares += logarithm * logarithm;
    }
    double mean = sum / DRAWS;
    return squares / DRAWS - mean * mean;
  }
}
