package io.sparkattention.model;

import io.sparkattention.attention.Attention;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Site;
import java.util.ArrayList;
import java.util.List;

/**
 * Which mechanism each layer uses where a model was trained with windows of its own. {@code dense}
 * stands for what a model was trained with; any other mechanism that is asked for in a layer takes
 * its place there and sees the same queries, keys and values.
 */
public final class TrainedMechanisms {

  private TrainedMechanisms() {}

  /**
   * The mechanisms of the layers.
   *
   * @param chosen what was asked for
   * @param trained one for each layer, or none where layers read the whole text
   */
  public static List<Attention> unless(Attention chosen, List<Attention> trained, int layers) {
    List<Attention> mechanisms = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      Attention own = chosen.at(Site.encoder(i), Direction.BIDIRECTIONAL);
      boolean asTrained = own instanceof DenseAttention && !trained.isEmpty();
      mechanisms.add(asTrained ? trained.get(i) : own);
    }
    return mechanisms;
  }
}
