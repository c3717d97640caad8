package io.sparkattention.statistics;

import io.sparkattention.registry.Described;
import io.sparkattention.statistics.matrix.Contribution;
import java.util.Arrays;

/**
 * How much each token adds to outputs: the length of its summand, a · ‖v‖, as a share of the
 * lengths of all. Kobayashi et al. 2020 (arXiv:2004.10102) show that models give large weights to
 * tokens with small values, such as delimiters, which weights alone hide.
 *
 * <p>Token: its share, a mean over the sampled queries, heads and layers; the tokens of a sequence,
 * special ones included, add up to 1. Values are taken before the output projection, and queries
 * without weight do not count. Head: how far shares are from weights, half the sum of absolute
 * differences, mean over the sampled queries: from 0 (values of one length) to 1. Document: mean
 * over the heads.
 */
@Described(
    summary = "How much each token adds to outputs: its weight times the length of its value",
    source = "Kobayashi et al. 2020, arXiv:2004.10102")
public record TokenContribution() implements LayersStatistic {

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.REPLAY;
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
    return "A long summand may cancel against others and be undone by later layers: read it beside"
        + " the correlation with token-ablation";
  }

  @Override
  public Findings findings(ObservedLayers layers) {
    double[] tokens = new double[layers.length()];
    double[][] heads = new double[layers.layers()][layers.heads()];
    int rows = 0;
    for (int layer = 0; layer < heads.length; layer++) {
      double[][] norms = new double[layers.heads()][];
      for (int head = 0; head < norms.length; head++) {
        norms[head] = norms(layers.values(layer, head));
      }
      int[] counts = new int[norms.length];
      for (int query : layers.sample()) {
        float[][][] weights = layers.weights(layer, query, query + 1);
        for (int head = 0; head < norms.length; head++) {
          double[] lengths = Contribution.lengths(weights[head][0], norms[head]);
          double total = Arrays.stream(lengths).sum();
          if (total > 0) {
            rows++;
            counts[head]++;
            heads[layer][head] += share(lengths, total, weights[head][0], tokens);
          }
        }
      }
      for (int head = 0; head < norms.length; head++) {
        heads[layer][head] /= counts[head]; // NaN of none
      }
    }
    for (int s = 0; s < tokens.length; s++) {
      tokens[s] /= rows;
    }
    return Findings.ofHeads(heads).withTokens(tokens);
  }

  /** Adds shares to the tokens and says how far they are from the weights. */
  private static double share(double[] lengths, double total, float[] weights, double[] tokens) {
    double sum = 0;
    for (float weight : weights) {
      sum += weight;
    }
    double apart = 0;
    for (int s = 0; s < tokens.length; s++) {
      double share = lengths[s] / total;
      tokens[s] += share;
      apart += Math.abs(share - weights[s] / sum) / 2;
    }
    return apart;
  }

  private static double[] norms(float[][] values) {
    double[] norms = new double[values.length];
    for (int s = 0; s < norms.length; s++) {
      double square = 0;
      for (float x : values[s]) {
        square += (double) x * x;
      }
      norms[s] = Math.sqrt(square);
    }
    return norms;
  }
}
