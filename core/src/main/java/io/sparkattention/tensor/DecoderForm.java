package io.sparkattention.tensor;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the scripted halves of a pre-norm decoder layer look like; the script is written for it.
 *
 * @param heads query heads H
 * @param keyValueHeads key and value heads Hkv; divides H
 * @param headSize columns of a head D
 * @param intermediateSize columns inside the feed-forward block
 * @param eps added to the variance in norms
 * @param embeddingScale what word embeddings are multiplied with
 * @param parts what the layers have
 */
public record DecoderForm(
    int heads,
    int keyValueHeads,
    int headSize,
    int intermediateSize,
    Activation activation,
    NormKind norm,
    double eps,
    double embeddingScale,
    Set<DecoderPart> parts) {

  public DecoderForm {
    parts = Set.copyOf(parts);
  }

  /** Whether the layers have a part. */
  public boolean has(DecoderPart part) {
    return parts.contains(part);
  }

  /** What stands for each placeholder of the script. */
  Map<String, String> substitutions(LinearProducts products) {
    Map<String, String> values = new HashMap<>();
    values.put("linear", products.linear());
    values.put("norm", norm.script(eps));
    values.put("query_heads", String.valueOf(heads));
    values.put("key_heads", String.valueOf(keyValueHeads));
    values.put("head_size", String.valueOf(headSize));
    values.put("embed", embed());
    values.put("head_norm", has(DecoderPart.HEAD_NORMS) ? headNorm() : "qk");
    values.put("qkv_bias", bias(DecoderPart.PROJECTION_BIAS, 3));
    values.put("output_bias", bias(DecoderPart.OUTPUT_BIAS, 6));
    values.put("up_bias", bias(DecoderPart.FEED_FORWARD_BIAS, 11));
    values.put("activated", activated());
    values.put("post_attention", normed("a", 7));
    values.put("heads_normed", has(DecoderPart.HEAD_NORMS) ? "self.normed_heads(qkv, w)" : "qkv");
    values.put("add_attention", added(products, "x", "a", 5, DecoderPart.OUTPUT_BIAS, 7));
    values.put("add_feed", added(products, "y", "g", 12, DecoderPart.FEED_FORWARD_BIAS, 14));
    return values;
  }

  /** A product that is added to what it was made from. */
  private String added(
      LinearProducts products, String to, String from, int weight, DecoderPart bias, int norm) {
    String w = "w[%d]".formatted(weight);
    String b = bias(bias, weight + 1);
    return has(DecoderPart.POST_NORMS)
        ? "torch.add_(%s, %s)"
            .formatted(to, normed("self.linear(%s, %s, %s)".formatted(from, w, b), norm))
        : products.added(to, from, w, b);
  }

  private String embed() {
    String words = "torch.embedding(w[0], ids)";
    if (embeddingScale != 1) {
      words = words + " * " + embeddingScale;
    }
    return has(DecoderPart.POSITIONS) ? words + " + torch.embedding(w[1], positions)" : words;
  }

  private String headNorm() {
    return "torch.rms_norm(qk, [%d], None, %s) * w[4]".formatted(headSize, eps);
  }

  private String bias(DecoderPart part, int index) {
    return has(part) ? "w[" + index + "]" : "None";
  }

  private String activated() {
    if (!has(DecoderPart.GATE)) {
      return activation.script("u");
    }
    String gate = "torch.narrow(u, -1, 0, %d)".formatted(intermediateSize);
    String up = "torch.narrow(u, -1, %d, %d)".formatted(intermediateSize, intermediateSize);
    return activation.script(gate) + " * " + up;
  }

  private String normed(String what, int index) {
    return has(DecoderPart.POST_NORMS) ? "self.norm(%s, w[%d], w[1])".formatted(what, index) : what;
  }
}
