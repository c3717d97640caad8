package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Attention rollout (Abnar and Zuidema 2020, arXiv:2005.00928): how much of each input token
 * arrives at the last layer if attention alone moves it. The weights of a layer, averaged over its
 * heads, count half, and the residual connection the other half; the product of all layers says for
 * each output token from which inputs it came.
 *
 * <p>With A the product of (mean weights + identity) / 2 over the layers, the mean over the chosen
 * outputs t of A(t, s) for each token s. The numbers of a sequence add up to 1. Only the rows that
 * are asked for are followed, from the last layer down, in blocks: memory is linear.
 *
 * <p>Token only; heads and documents have none.
 *
 * @param from which outputs are followed
 */
@Described(
    summary = "How much of each token arrives at the last layer if attention alone moves it",
    source = "Abnar and Zuidema 2020, arXiv:2005.00928")
public record Rollout(
    @Default(value = "all", means = "which outputs are followed: all, the first or the last")
        Outputs from)
    implements LayersStatistic {

  /** Queries whose weights are formed at once. */
  private static final int BLOCK = 64;

  /** Which tokens of the last layer. */
  public enum Outputs {
    ALL,
    FIRST,
    LAST
  }

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.REPLAY;
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.TOKEN);
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return ValueScale.share();
  }

  @Override
  public boolean explains(StatisticLevel level) {
    return true;
  }

  @Override
  public String caveat() {
    return "Rollout knows neither values nor feed-forward layers: it is no measure of what an"
        + " output depends on, so read it beside the correlation with token-ablation";
  }

  @Override
  public Findings findings(ObservedLayers layers) {
    int n = layers.length();
    double[] share = new double[n];
    switch (from) {
      case ALL -> Arrays.fill(share, 1.0 / n);
      case FIRST -> share[0] = 1;
      case LAST -> share[n - 1] = 1;
    }
    for (int l = layers.layers() - 1; l >= 0; l--) {
      share = before(layers, l, share);
    }
    return Findings.ofTokens(share);
  }

  private static double[] before(ObservedLayers layers, int layer, double[] share) {
    double[] before = new double[share.length];
    for (int from = 0; from < share.length; from += BLOCK) {
      int to = Math.min(share.length, from + BLOCK);
      float[][][] weights = layers.weights(layer, from, to);
      for (int t = from; t < to; t++) {
        before[t] += share[t] / 2;
        double part = share[t] / 2 / weights.length;
        for (float[][] head : weights) {
          for (int s = 0; s < before.length; s++) {
            before[s] += part * head[t - from][s];
          }
        }
      }
    }
    return before;
  }
}
