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

  /** Reasons of a mechanism whose weights come from no scores that a bias could be added to. */
  static List<String> noBias(String name, AttentionShape shape) {
    return shape.positionBias()
        ? List.of(
            name
                + " forms no scores, to which the model's position bias would be added: use dense"
                + " or window-global")
        : List.of();
  }

  /** Reasons of a mechanism that picks other keys in each head. */
  static List<String> unbiased(String name, AttentionShape shape) {
    return shape.positionBias()
        ? List.of(
            name
                + " picks other keys in each head, to which the model's position bias cannot be"
                + " added: use window-global or dense")
        : List.of();
  }

  /** Reasons of a mechanism that reads keys at other positions than those of the text. */
  static List<String> renumbered(String name, Positions positions, AttentionShape shape) {
    boolean serves = shape.rotary() && shape.direction() == Direction.CAUSAL;
    return positions == Positions.RENUMBERED && !serves
        ? List.of(
            name
                + " with positions=renumbered turns keys to other distances before the query, which"
                + " only decoders with rotary positions allow whose angles stay when the text"
                + " grows: set positions=text")
        : List.of();
  }

  /** Reasons of a mechanism that changes normalized weights of another. */
  static List<String> normalized(String name, Attention of, AttentionShape shape) {
    List<String> reasons = new ArrayList<>(of.unsupportedReasons(shape));
    if (of.weighting() == Weighting.UNNORMALIZED) {
      reasons.add(
          name
              + " hands weight from some keys to others, but weights of its mechanism need not sum"
              + " to 1: set of=dense or another with normalized weights");
    }
    return reasons;
  }
}
