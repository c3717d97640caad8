package io.sparkattention.statistics;

import io.sparkattention.attention.AttentionShape;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.statistics.matrix.Distributions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which pattern a head has for sparse attention: the square root of the Jensen-Shannon divergence
 * between what averaged queries and keys say of blocks and what the last queries really give them.
 * FlexPrefill (arXiv:2502.20766): below 0.1 averages may choose blocks for each query
 * (query-aware); above it the columns and diagonals of the last queries serve all (vertical-slash).
 *
 * <p>Head: from 0 to √ln 2 = 0.83. Document: mean over the heads. Texts of one block have none.
 *
 * @param block keys of a block
 * @param rows last queries that are looked at
 */
@Described(
    summary = "Which pattern a head has for sparse attention: divergence of blockwise averages",
    source = "FlexPrefill, arXiv:2502.20766")
public record PatternDivergence(
    @Default(value = "64", means = "keys of a block") int block,
    @Default(value = "64", means = "last queries that are looked at") int rows)
    implements LayersStatistic {

  public PatternDivergence {
    new OptionCheck().atLeast(1, "block", block).atLeast(1, "rows", rows).done();
  }

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.REPLAY;
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return new ValueScale("√nats", 0, Math.sqrt(Math.log(2)));
  }

  @Override
  public String caveat() {
    return "The last queries stand for all others, which a text that changes its subject belies";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD);
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return shape.positionBias()
        ? List.of("the model adds a bias by position to scores, which averaged keys do not have")
        : List.of();
  }

  @Override
  public Findings findings(ObservedLayers layers) {
    double[][] roots = new double[layers.layers()][layers.heads()];
    int length = layers.length();
    int from = Math.max(0, length - rows);
    for (int layer = 0; layer < roots.length; layer++) {
      float[][][] weights = layers.weights(layer, from, length); // [head][row][key]
      for (int head = 0; head < weights.length; head++) {
        float[] real = new float[(length + block - 1) / block];
        for (float[] row : weights[head]) {
          for (int s = 0; s < length; s++) {
            real[s / block] += row[s];
          }
        }
        float[] query = mean(layers.queries(layer, head), from, length);
        float[] said = said(query, layers.keys(layer, head), layers.scale(layer));
        roots[layer][head] =
            real.length < 2 ? Double.NaN : Math.sqrt(Distributions.jensenShannon(said, real));
      }
    }
    return Findings.ofHeads(roots);
  }

  /** Softmax over blocks of an averaged query with each block's averaged key. */
  private float[] said(float[] query, float[][] keys, double scale) {
    double[] scores = new double[(keys.length + block - 1) / block];
    double highest = Double.NEGATIVE_INFINITY;
    for (int b = 0; b < scores.length; b++) {
      float[] key = mean(keys, b * block, Math.min(keys.length, (b + 1) * block));
      for (int d = 0; d < key.length; d++) {
        scores[b] += (double) query[d] * key[d];
      }
      scores[b] *= scale;
      highest = Math.max(highest, scores[b]);
    }
    float[] said = new float[scores.length];
    for (int b = 0; b < said.length; b++) {
      said[b] = (float) Math.exp(scores[b] - highest);
    }
    return said;
  }

  private static float[] mean(float[][] states, int from, int to) {
    float[] mean = new float[states[0].length];
    for (int t = from; t < to; t++) {
      for (int d = 0; d < mean.length; d++) {
        mean[d] += states[t][d] / (to - from);
      }
    }
    return mean;
  }
}
