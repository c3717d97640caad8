package io.sparkattention.model;

import io.sparkattention.attention.Attention;
import io.sparkattention.attention.DenseAttention;
import java.util.Collections;
import java.util.List;

/**
 * Which mechanism each layer uses where a model was trained with windows of its own. {@code dense}
 * stands for what a model was trained with; any other mechanism that is asked for takes its place
 * in every layer and sees the same queries, keys and values.
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
    return trained.isEmpty() || !(chosen instanceof DenseAttention)
        ? Collections.nCopies(layers, chosen)
        : trained;
  }
}
