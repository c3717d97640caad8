package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.Arrays;

/**
 * In how few directions the keys of a head vary: how many principal components hold a share of
 * their variance. Loki (arXiv:2406.02542) finds some 80 of 128 at 90 % in many models, which lets
 * keys be ranked in fewer dimensions.
 *
 * <p>Head: from 1 to the head size; NaN where all keys are equal. Heads of a group share their
 * keys. It can be no more than the number of tokens less one, so short texts have few. Document:
 * mean over the heads.
 *
 * @param share of the variance
 */
@Described(
    summary = "In how few directions keys vary: principal components that hold most variance",
    source = "Loki, arXiv:2406.02542")
public record KeyDimensions(
    @Default(value = "0.9", means = "share of the variance that is held, above 0, at most 1")
        double share)
    implements VarianceDimensions {

  public KeyDimensions {
    VarianceDimensions.check(share);
  }

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.REPLAY;
  }

  @Override
  public String caveat() {
    return "Directions of little variance may still decide which key has the highest score";
  }

  @Override
  public float[][][] vectors(ObservedLayers layers, int layer) {
    float[][][] keys = new float[layers.heads()][][];
    Arrays.setAll(keys, head -> layers.keys(layer, head));
    return keys;
  }
}
