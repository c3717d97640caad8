package io.sparkattention.model.decoder;

import io.sparkattention.model.ConfigJson;
import java.util.List;
import java.util.Locale;

/**
 * How rotary frequencies are changed for texts longer than those of the training.
 *
 * @param originalPositions positions that the model was trained on
 */
public record RotaryScaling(
    Kind kind,
    double factor,
    int originalPositions,
    double lowFrequency,
    double highFrequency,
    double attentionFactor,
    List<Double> shortFactors,
    List<Double> longFactors) {

  /** The ways of scaling. */
  public enum Kind {
    /** None. */
    DEFAULT,
    /** All frequencies divided (arXiv:2306.15595). */
    LINEAR,
    /** A larger base for longer texts. */
    DYNAMIC,
    /** Low frequencies divided, high ones kept, a ramp between them (Llama 3.1). */
    LLAMA3,
    /** The ramp between numbers of rotations, and sharper attention (YaRN, arXiv:2309.00071). */
    YARN,
    /** A factor for every frequency, others beyond the trained length (arXiv:2402.13753). */
    LONGROPE
  }

  /** No scaling. */
  public static RotaryScaling none() {
    return new RotaryScaling(Kind.DEFAULT, 1, 0, 0, 0, 1, List.of(), List.of());
  }

  /**
   * Reads a scaling.
   *
   * @param json {@code rope_parameters} or {@code rope_scaling}
   * @param maxPositions {@code max_position_embeddings}
   * @param trained {@code original_max_position_embeddings} where it stands outside; 0 if nowhere
   */
  static RotaryScaling read(ConfigJson json, int maxPositions, int trained) {
    Kind kind = kind(json);
    if (kind == Kind.DEFAULT) {
      return none();
    }
    int original =
        json.integer("original_max_position_embeddings", trained > 0 ? trained : maxPositions);
    boolean fromLengths =
        (kind == Kind.LONGROPE || kind == Kind.YARN)
            && Double.isNaN(json.number("factor", Double.NaN));
    double factor = fromLengths ? (double) maxPositions / original : json.decimal("factor");
    double low =
        switch (kind) {
          case LLAMA3 -> json.decimal("low_freq_factor");
          case YARN -> json.number("beta_slow", 1);
          default -> 0;
        };
    double high =
        switch (kind) {
          case LLAMA3 -> json.decimal("high_freq_factor");
          case YARN -> json.number("beta_fast", 32);
          default -> 0;
        };
    boolean long_ = kind == Kind.LONGROPE;
    return new RotaryScaling(
        kind,
        factor,
        original,
        low,
        high,
        attentionFactor(kind, json, factor, original),
        long_ ? json.decimals("short_factor") : List.of(),
        long_ ? json.decimals("long_factor") : List.of());
  }

  private static Kind kind(ConfigJson json) {
    String name = json.text("rope_type", json.text("type", "default"));
    if (name.equals("su")) {
      return Kind.LONGROPE; // an older name
    }
    for (Kind each : Kind.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(name)) {
        return each;
      }
    }
    json.reject(
        "rotary scaling '"
            + name
            + "' is not supported: the supported ones are default, dynamic, linear, llama3,"
            + " longrope, yarn");
    return Kind.DEFAULT;
  }

  private static double attentionFactor(Kind kind, ConfigJson json, double factor, int original) {
    double otherwise =
        switch (kind) {
          case YARN -> {
            double mscale = json.number("mscale", 0);
            double mscaleAll = json.number("mscale_all_dim", 0);
            yield mscale != 0 && mscaleAll != 0
                ? sharpness(factor, mscale) / sharpness(factor, mscaleAll)
                : sharpness(factor, 1);
          }
          case LONGROPE -> factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
          default -> 1;
        };
    return json.number("attention_factor", otherwise);
  }

  private static double sharpness(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }
}
