package io.sparkattention.model.decoder;

import io.sparkattention.model.ConfigJson;

/**
 * Rotary position embedding: queries and keys turn by an angle that grows with their position
 * (RoFormer, arXiv:2104.09864).
 *
 * @param base the longest wavelength over 2 pi, {@code rope_theta}
 * @param columns columns of a head that are rotated; even
 * @param maxPositions {@code max_position_embeddings}
 */
public record Rotary(double base, int columns, int maxPositions, RotaryScaling scaling) {

  public Rotary {
    if (columns < 2 || columns % 2 != 0) {
      throw new IllegalArgumentException(
          "rotary embedding of " + columns + " columns: their number must be even and positive");
    }
    int factors = scaling.shortFactors().size();
    if (scaling.kind() == RotaryScaling.Kind.LONGROPE
        && (factors != columns / 2 || scaling.longFactors().size() != factors)) {
      throw new IllegalArgumentException(
          "longrope needs %d short and long factors, but has %d and %d"
              .formatted(columns / 2, factors, scaling.longFactors().size()));
    }
  }

  /**
   * Reads the rotary embedding of a {@code config.json}, in its present form ({@code
   * rope_parameters}) or its older one ({@code rope_theta} and {@code rope_scaling}).
   */
  public static Rotary read(ConfigJson json, int headSize, double base) {
    return read(json, json.object("rope_parameters"), headSize, base);
  }

  /** As above, from given {@code rope_parameters}. */
  public static Rotary read(ConfigJson json, ConfigJson parameters, int headSize, double base) {
    int maxPositions = json.integer("max_position_embeddings", 2048);
    int trained = json.integer("original_max_position_embeddings", 0);
    ConfigJson from = parameters.isEmpty() ? json.object("rope_scaling") : parameters;
    double share = from.number("partial_rotary_factor", json.number("partial_rotary_factor", 1));
    return new Rotary(
        from.number("rope_theta", json.number("rope_theta", base)),
        (int) (headSize * share),
        maxPositions,
        from.isEmpty() ? RotaryScaling.none() : RotaryScaling.read(from, maxPositions, trained));
  }

  /** An embedding without scaling, otherwise as another. */
  public static Rotary unscaled(ConfigJson json, ConfigJson parameters, Rotary as, double base) {
    if (!parameters.text("rope_type", "default").equals("default")) {
      json.reject("sliding layers with a scaled rotary embedding are not supported");
    }
    return new Rotary(
        parameters.number("rope_theta", base),
        as.columns(),
        as.maxPositions(),
        RotaryScaling.none());
  }

  /** What sine and cosine are multiplied with. */
  public double factor() {
    return scaling.attentionFactor();
  }

  /** Whether the frequencies differ between texts of different lengths. */
  public boolean dependsOnLength() {
    return scaling.kind() == RotaryScaling.Kind.DYNAMIC
        || scaling.kind() == RotaryScaling.Kind.LONGROPE;
  }

  /**
   * Whether a rotated head can be turned to another position by the difference: not where its
   * angles were those of the length that the text had when it was read.
   */
  public boolean addsUp() {
    return scaling.kind() != RotaryScaling.Kind.DYNAMIC;
  }

  /**
   * Whether keys that were rotated for one length must be rotated anew for another, so that the
   * text has to be read again.
   */
  public boolean changesBetween(int length, int longer) {
    int trained = scaling.originalPositions();
    return scaling.kind() == RotaryScaling.Kind.LONGROPE && length <= trained && longer > trained;
  }

  /**
   * The angle of each pair of columns at position 1.
   *
   * @param length tokens of the text
   */
  public float[] frequencies(int length) {
    float[] result = new float[columns / 2];
    double theta = base(length);
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) frequency(i, 1 / Math.pow(theta, 2.0 * i / columns), length);
    }
    return result;
  }

  private double base(int length) {
    if (scaling.kind() != RotaryScaling.Kind.DYNAMIC) {
      return base;
    }
    double ratio = (double) Math.max(length, maxPositions) / maxPositions;
    double stretch = scaling.factor() * ratio - (scaling.factor() - 1);
    return base * Math.pow(stretch, columns / (columns - 2.0));
  }

  private double frequency(int pair, double frequency, int length) {
    return switch (scaling.kind()) {
      case DEFAULT, DYNAMIC -> frequency;
      case LINEAR -> frequency / scaling.factor();
      case LLAMA3 -> llama3(frequency);
      case YARN -> yarn(pair, frequency);
      case LONGROPE ->
          frequency
              / (length > scaling.originalPositions()
                      ? scaling.longFactors()
                      : scaling.shortFactors())
                  .get(pair);
    };
  }

  private double llama3(double frequency) {
    double rotations = scaling.originalPositions() * frequency / (2 * Math.PI);
    double low = scaling.lowFrequency();
    double high = scaling.highFrequency();
    double kept = Math.min(1, Math.max(0, (rotations - low) / (high - low)));
    return frequency * (kept + (1 - kept) / scaling.factor());
  }

  private double yarn(int pair, double frequency) {
    double low = Math.max(0, Math.floor(pairOf(scaling.highFrequency())));
    double high = Math.min(columns - 1, Math.ceil(pairOf(scaling.lowFrequency())));
    double width = high == low ? 0.001 : high - low;
    double divided = Math.min(1, Math.max(0, (pair - low) / width));
    return frequency * (1 - divided) + frequency / scaling.factor() * divided;
  }

  /** The pair of columns that turns so often over the trained positions, as a real number. */
  private double pairOf(double rotations) {
    double turns = scaling.originalPositions() / (rotations * 2 * Math.PI);
    return columns * Math.log(turns) / (2 * Math.log(base));
  }
}
