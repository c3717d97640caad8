package io.sparkattention.evaluate;

/**
 * How much a prediction and a reference share.
 *
 * @param precision the share of the prediction that the reference has
 * @param recall the share of the reference that the prediction has
 */
public record Overlap(double precision, double recall) {

  /** Nothing is shared. */
  public static final Overlap NONE = new Overlap(0, 0);

  /**
   * So many parts of each are shared, out of so many that the prediction and the reference have.
   */
  public static Overlap of(int shared, int predicted, int referred) {
    return shared == 0
        ? NONE
        : new Overlap((double) shared / predicted, (double) shared / referred);
  }

  /** The harmonic mean of both; 0 if both are. */
  public double f() {
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
  }

  /** The numbers in the order of {@link OverlapMetric#parts}. */
  public double[] values() {
    return new double[] {f(), precision, recall};
  }
}
