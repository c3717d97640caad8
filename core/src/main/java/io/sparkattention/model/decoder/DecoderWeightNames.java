package io.sparkattention.model.decoder;

import java.util.List;

/**
 * The names of a decoder's weights in a checkpoint, without {@code .weight} and {@code .bias}.
 *
 * @param prefix what models with a head put before the decoder's names
 * @param words word embeddings
 * @param positions position embeddings; empty where a family has none
 * @param layers what stands before the number of a layer, such as {@code layers.}
 * @param layer the names inside a layer
 * @param norm the norm after the last layer
 * @param head what scores the next token, where it is not the word embeddings
 * @param order how matrices are stored
 * @param ignored an expression for tensors that are no surprise; empty for none
 */
public record DecoderWeightNames(
    String prefix,
    String words,
    String positions,
    String layers,
    Layer layer,
    String norm,
    String head,
    Order order,
    String ignored) {

  /** How a matrix is stored. */
  public enum Order {
    /** (out, in), as PyTorch's linear layers have it. */
    OUT_IN,
    /** (in, out), as GPT-2 has it. */
    IN_OUT
  }

  /**
   * The names inside a layer; empty where a family has none.
   *
   * @param projections query, key and value, or one name for all three stacked
   * @param up gate and up, one name for both stacked, or up alone where there is no gate
   */
  public record Layer(
      String attentionNorm,
      List<String> projections,
      String queryNorm,
      String keyNorm,
      String output,
      String postAttentionNorm,
      String feedForwardNorm,
      List<String> up,
      String down,
      String postFeedForwardNorm) {}

  /** The names that Llama gave and most families kept. */
  public static DecoderWeightNames llama() {
    return ofLlamaKind(
        new Layer(
            "input_layernorm",
            List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
            "",
            "",
            "self_attn.o_proj",
            "",
            "post_attention_layernorm",
            List.of("mlp.gate_proj", "mlp.up_proj"),
            "mlp.down_proj",
            ""));
  }

  /**
   * The names of the same model inside another one.
   *
   * @param outer what stands before all names
   * @param others an expression for the tensors of what surrounds it
   */
  public DecoderWeightNames inside(String outer, String others) {
    String surprises = ignored.isEmpty() ? others : ignored + "|" + others;
    return new DecoderWeightNames(
        outer + prefix, words, positions, layers, layer, norm, outer + head, order, surprises);
  }

  /** Llama's names around other names inside a layer. */
  public static DecoderWeightNames ofLlamaKind(Layer layer) {
    return new DecoderWeightNames(
        "model.",
        "embed_tokens",
        "",
        "layers.",
        layer,
        "norm",
        "lm_head",
        Order.OUT_IN,
        ".*rotary_emb\\.inv_freq");
  }
}
