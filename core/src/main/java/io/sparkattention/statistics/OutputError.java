package io.sparkattention.statistics;

import io.sparkattention.registry.Described;
import io.sparkattention.statistics.matrix.Contribution;

/**
 * How far outputs move if one token is left out and the other weights are scaled up to 1: a / (1 −
 * a) · ‖v − o‖ over ‖o‖, which is exact for one head. CAOTE (arXiv:2504.14051) drops the tokens
 * with the smallest from a cache.
 *
 * <p>Token: a mean over the sampled queries, heads and layers; 0 where no output needs the token, 1
 * where it was all that there is. Head: the largest error of a query's tokens, mean over the
 * sampled queries: how much the head hangs on one token. Document: mean over the heads. Queries
 * whose output is 0 do not count.
 */
@Described(
    summary = "How far outputs move if a token is left out, from its weight and value",
    source = "CAOTE, arXiv:2504.14051")
public record OutputError() implements LayersStatistic {

  @Override
  public boolean explains(StatisticLevel level) {
    return level == StatisticLevel.TOKEN;
  }

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.REPLAY;
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return ValueScale.positive("of the output's length");
  }

  @Override
  public String caveat() {
    return "The error of one head's output is not that of the model, whose later layers may undo"
        + " it: read it beside the correlation with token-ablation";
  }

  @Override
  public Findings findings(ObservedLayers layers) {
    double[] tokens = new double[layers.length()];
    int rows = 0;
    double[][] heads = new double[layers.layers()][layers.heads()];
    for (int layer = 0; layer < heads.length; layer++) {
      float[][][] values = new float[layers.heads()][][]; // [head][key][column]
      for (int head = 0; head < values.length; head++) {
        values[head] = layers.values(layer, head);
      }
      int[] queries = new int[values.length];
      for (int query : layers.sample()) {
        float[][][] weights = layers.weights(layer, query, query + 1);
        for (int head = 0; head < values.length; head++) {
          double largest = largest(weights[head][0], values[head], tokens);
          if (largest >= 0) {
            heads[layer][head] += largest;
            queries[head]++;
            rows++;
          }
        }
      }
      for (int head = 0; head < values.length; head++) {
        heads[layer][head] /= queries[head]; // NaN of none
      }
    }
    for (int s = 0; s < tokens.length; s++) {
      tokens[s] /= rows; // NaN of none
    }
    return Findings.ofHeads(heads).withTokens(tokens);
  }

  /** Adds the errors of one query's keys; the largest, or -1 if the output is 0. */
  private static double largest(float[] weights, float[][] values, double[] tokens) {
    double length = Contribution.outputLength(weights, values);
    if (!(length > 0)) {
      return -1;
    }
    double[] errors = Contribution.outputErrors(weights, values);
    double largest = 0;
    for (int s = 0; s < tokens.length; s++) {
      tokens[s] += errors[s] / length;
      largest = Math.max(largest, errors[s] / length);
    }
    return largest;
  }
}
