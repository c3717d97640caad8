package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.Arrays;

/**
 * In how few directions the output of a head varies: how many principal components hold a share of
 * its variance over the tokens. Wang et al. 2025 (arXiv:2508.16929) find that some 60 % of the
 * directions hold 99 % of attention outputs, fewer than of residual streams.
 *
 * <p>Head: of the weighted sums of values, before the output projection, from 1 to the head size;
 * NaN where all are equal. It can be no more than the number of tokens less one. Document: mean
 * over the heads.
 *
 * @param share of the variance
 */
@Described(
    summary = "In how few directions outputs vary: principal components that hold most variance",
    source = "Wang et al. 2025, arXiv:2508.16929")
public record OutputDimensions(
    @Default(value = "0.99", means = "share of the variance that is held, above 0, at most 1")
        double share)
    implements VarianceDimensions {

  public OutputDimensions {
    VarianceDimensions.check(share);
  }

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.BOUNDED;
  }

  @Override
  public String caveat() {
    return "Few directions do not show that the head does little: what it does may lie in the"
        + " smallest of them";
  }

  @Override
  public float[][][] vectors(ObservedLayers layers, int layer) {
    float[][][] weights = layers.weights(layer);
    float[][][] outputs = new float[weights.length][][];
    Arrays.setAll(outputs, head -> outputs(weights[head], layers.values(layer, head)));
    return outputs;
  }

  private static float[][] outputs(float[][] weights, float[][] values) {
    float[][] outputs = new float[weights.length][values[0].length];
    for (int t = 0; t < outputs.length; t++) {
      for (int s = 0; s < values.length; s++) {
        float weight = weights[t][s];
        for (int d = 0; weight != 0 && d < outputs[t].length; d++) {
          outputs[t][d] += weight * values[s][d];
        }
      }
    }
    return outputs;
  }
}
