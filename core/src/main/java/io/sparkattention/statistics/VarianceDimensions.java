package io.sparkattention.statistics;

import io.sparkattention.registry.OptionCheck;
import io.sparkattention.statistics.matrix.Covariance;
import io.sparkattention.statistics.matrix.Spectrum;
import java.util.EnumSet;
import java.util.Set;

/** In how few directions vectors of a head vary: principal components that hold most variance. */
interface VarianceDimensions extends LayersStatistic {

  /** The share of the variance that is held. */
  double share();

  /** The vectors of the heads of a layer, [head][token][column]. */
  float[][][] vectors(ObservedLayers layers, int layer);

  @Override
  default ValueScale scale(StatisticLevel level) {
    return new ValueScale("dimensions", 1, Double.POSITIVE_INFINITY);
  }

  @Override
  default Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD);
  }

  @Override
  default Findings findings(ObservedLayers layers) {
    double[][] dimensions = new double[layers.layers()][layers.heads()];
    for (int layer = 0; layer < dimensions.length; layer++) {
      float[][][] vectors = vectors(layers, layer);
      for (int head = 0; head < vectors.length; head++) {
        double[][] covariance = Covariance.of(vectors[head]).matrix();
        dimensions[layer][head] = Spectrum.of(covariance).dimensions(share());
      }
    }
    return Findings.ofHeads(dimensions);
  }

  /** Refuses what is no share. */
  static void check(double share) {
    OptionCheck check = new OptionCheck();
    if (!(share > 0 && share <= 1)) {
      check.problem("share=" + share + " must be above 0 and at most 1");
    }
    check.done();
  }
}
