package io.sparkattention.statistics;

import io.sparkattention.attention.Silence;
import java.util.List;
import java.util.Set;

/**
 * How far the meaning of a sequence moves when something is changed: 1 − the cosine of its pooled
 * activations before and after. Activations of the last layer are pooled by their mean over all
 * tokens, whatever the model's own pooling.
 */
final class PooledChange {
  private final ExaminedModel model;
  private final int[] ids;
  private final Silence by;
  private final double[] whole;

  /** Reads a sequence as it is; silenced heads count as 0. */
  PooledChange(ExaminedModel model, int[] ids) {
    this(model, ids, Silence.ZERO);
  }

  /**
   * Reads a sequence as it is.
   *
   * @param by what will stand in for heads that are silenced
   */
  PooledChange(ExaminedModel model, int[] ids, Silence by) {
    this.model = model;
    this.ids = ids;
    this.by = by;
    this.whole = pooled(model.activations(List.of(ids)).get(0));
  }

  /** From 0 (no change) to 2, without some heads. */
  double without(Set<HeadPlace> heads) {
    return of(model.activations(List.of(ids), heads, by).get(0));
  }

  /** From 0 (no change) to 2, of what was read instead. */
  double of(float[][] activations) {
    return 1 - cosine(whole, pooled(activations));
  }

  private static double[] pooled(float[][] activations) {
    double[] mean = new double[activations[0].length];
    for (float[] token : activations) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += token[i] / (double) activations.length;
      }
    }
    return mean;
  }

  private static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
  }
}
