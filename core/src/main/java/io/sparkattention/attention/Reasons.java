package io.sparkattention.attention;

import java.util.ArrayList;
import java.util.List;

/** Reasons that several mechanisms give for not serving a model. */
final class Reasons {

  private Reasons() {}

  /** Reasons of a mechanism that needs queries and keys to share their positions. */
  static List<String> selfOnly(String name, AttentionShape shape) {
    List<String> reasons = new ArrayList<>();
    if (shape.kind() != Site.Kind.SELF) {
      reasons.add(
          name
              + " measures distances between queries and keys, which cross attention does not have:"
              + " use dense or chunked there");
    }
    return reasons;
  }

                + " forms no scores, to which the model's position bias would be added: use dense"
                + " or window-global")
              + " added: use window-global or dense");
              + " picks other keys in each head, to which the model's position bias cannot be"
            name
          name
        : List.of();
        ? List.of(
      reasons.add(
    List<String> reasons = new ArrayList<>();
    if (shape.positionBias()) {
    return reasons;
    return shape.positionBias()
    }
  /** Reasons of a mechanism that picks other keys in each head. */
  /** Reasons of a mechanism whose weights come from no scores that a bias could be added to. */
  static List<String> noBias(String name, AttentionShape shape) {
  static List<String> unbiased(String name, AttentionShape shape) {
  }
}
