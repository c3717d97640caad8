package io.sparkattention.tensor;

import java.util.HashMap;
import java.util.Map;

/**
 * What the sublayers of an encoder or decoder look like; the script is written for it.
 *
 * @param intermediateSize columns inside the feed-forward block
 * @param gate whether the feed-forward block multiplies with an activated gate
 * @param bias whether linear maps have biases
 */
public record SublayerForm(
    int heads,
    int headSize,
    int intermediateSize,
    Activation activation,
    Gate gate,
    Bias bias,
    NormKind norm,
    NormPlace place,
    double eps) {

  /** Whether there is a gate (GLU, arXiv:2002.05202). */
  public enum Gate {
    NONE,
    ACTIVATED
  }

  /** Whether linear maps have biases. */
  public enum Bias {
    NONE,
    EVERYWHERE
  }

  /** The same with norms in another place. */
  public SublayerForm with(NormPlace other) {
    return new SublayerForm(
        heads, headSize, intermediateSize, activation, gate, bias, norm, other, eps);
  }

  /** What stands for each placeholder of the script. */
  Map<String, String> substitutions() {
    boolean biased = bias == Bias.EVERYWHERE;
    Map<String, String> values = new HashMap<>();
    values.put("norm", norm.script(eps));
    values.put("before", place == NormPlace.BEFORE ? "self.norm(x, w, b)" : "x");
    values.put("after", place == NormPlace.AFTER ? "self.norm(x + y, w, b)" : "x + y");
    values.put("heads", String.valueOf(heads));
    values.put("head_size", String.valueOf(headSize));
    values.put("in_bias", biased ? "w[3]" : "None");
    values.put("out_bias", biased ? "w[5]" : "None");
    values.put("kv_bias", biased ? "kv_bias" : "None");
    String gated = "torch.narrow(u, -1, 0, %d)".formatted(intermediateSize);
    String up = "torch.narrow(u, -1, %d, %d)".formatted(intermediateSize, intermediateSize);
    values.put(
        "activated",
        gate == Gate.NONE ? activation.script("u") : activation.script(gated) + " * " + up);
    return values;
  }

  /** What comes out of a sublayer, added to what went in. */
  String added(LinearProducts products) {
    String outBias = bias == Bias.EVERYWHERE ? "w[5]" : "None";
    if (place == NormPlace.BEFORE) {
      return products.added("x", "a", "w[4]", outBias);
    }
    String sum =
        products == LinearProducts.PLAIN
            ? "torch.add_(torch.linear(a, w[4], %s), x)".formatted(outBias)
            : products.added("x", "a", "w[4]", outBias);
    return "self.norm(%s, w[0], w[1])".formatted(sum);
  }
}
