package io.sparkattention.tensor;

/** How activations are normalized. */
public enum NormKind {
  /** Mean and variance, with a bias. */
  LAYER("torch.layer_norm(x, [x.size(-1)], w, b, %s)"),
  /** Mean and variance alone. */
  LAYER_WITHOUT_BIAS("torch.layer_norm(x, [x.size(-1)], w, None, %s)"),
  /** Root mean square alone (Zhang and Sennrich, arXiv:1910.07467). */
  RMS("torch.rms_norm(x, [x.size(-1)], w, %s)");

  private final String script;

  NormKind(String script) {
    this.script = script;
  }

  /** Of {@code x} by weight {@code w} and bias {@code b}. */
  String script(double eps) {
    return script.formatted(eps);
  }
}
