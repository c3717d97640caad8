package io.sparkattention.statistics;

import io.sparkattention.attention.AttentionShape;
import io.sparkattention.registry.Described;
import io.sparkattention.statistics.matrix.Distributions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How far what a mechanism attends to is from what dense attention would from the same queries and
 * keys: the Jensen-Shannon divergence of their rows. MiniLMv2 (arXiv:2012.15828) compares models by
 * divergences of such relations; with {@code dense} itself it is 0 up to rounding, save in layers
 * that were trained with a window.
 *
 * <p>Head: mean over the sampled queries, in nats from 0 to ln 2 (nothing in common). Each layer is
 * compared on what the mechanism's own layers before it gave. Queries that the mechanism lets see
 * nothing do not count. Document: mean over the heads.
 */
@Described(
    summary = "How far a mechanism's weights are from those of dense attention",
    source = "MiniLMv2, arXiv:2012.15828")
public record MechanismDivergence() implements LayersStatistic {

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.REPLAY;
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return new ValueScale("nats", 0, Math.log(2));
  }

  @Override
  public String caveat() {
    return "Weights that are near those of dense attention do not show that the output is, since"
        + " values differ in length";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD);
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return shape.positionBias()
        ? List.of("the model adds a bias by position to scores, which queries and keys do not tell")
        : List.of();
  }

  @Override
  public Findings findings(ObservedLayers layers) {
    boolean leftToRight = PlantedTexts.readsLeftToRight(layers);
    double[][] divergences = new double[layers.layers()][layers.heads()];
    for (int layer = 0; layer < divergences.length; layer++) {
      WeightedMean[] means = new WeightedMean[layers.heads()];
      float[][][] queries = new float[means.length][][]; // [head][token][column]
      float[][][] keys = new float[means.length][][];
      for (int head = 0; head < means.length; head++) {
        means[head] = WeightedMean.NONE;
        queries[head] = layers.queries(layer, head);
        keys[head] = layers.keys(layer, head);
      }
      double scale = layers.scale(layer);
      for (int t : layers.sample()) {
        float[][][] weights = layers.weights(layer, t, t + 1);
        for (int head = 0; head < means.length; head++) {
          float[] dense =
              dense(queries[head][t], keys[head], scale, leftToRight ? t + 1 : keys[head].length);
          double divergence = Distributions.jensenShannon(weights[head][0], dense);
          means[head] = means[head].merge(WeightedMean.of(new double[] {divergence}));
        }
      }
      for (int head = 0; head < means.length; head++) {
        divergences[layer][head] = means[head].value();
      }
    }
    return Findings.ofHeads(divergences);
  }

  /** Softmax of scaled scores over the first keys. */
  private static float[] dense(float[] query, float[][] keys, double scale, int count) {
    double[] scores = new double[count];
    double highest = Double.NEGATIVE_INFINITY;
    for (int s = 0; s < count; s++) {
      for (int d = 0; d < query.length; d++) {
        scores[s] += (double) query[d] * keys[s][d];
      }
      scores[s] *= scale;
      highest = Math.max(highest, scores[s]);
    }
    float[] row = new float[keys.length];
    for (int s = 0; s < count; s++) {
      row[s] = (float) Math.exp(scores[s] - highest);
    }
    return row;
  }
}
