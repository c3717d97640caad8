package io.sparkattention.model.gemma3;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.DecoderFamily;
import io.sparkattention.model.decoder.DecoderWeightNames;
import io.sparkattention.model.decoder.LlamaNames;
import io.sparkattention.model.decoder.Rotary;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.DecoderPart;
import java.util.Map;
import java.util.Optional;

/**
 * Gemma 3: local and global layers with rotary embeddings of their own, norms before and after each
 * half, scaled embeddings, norm weights stored less 1.
 */
public final class Gemma3Family implements DecoderFamily {

  /** What checkpoints with a vision tower leave out of {@code text_config}. */
  private static final Map<String, Integer> DEFAULTS =
      Map.of(
          "num_attention_heads", 8,
          "num_key_value_heads", 4,
          "head_dim", 256,
          "hidden_size", 2304,
          "intermediate_size", 9216,
          "num_hidden_layers", 26,
          "max_position_embeddings", 131_072,
          "sliding_window", 4096,
          "vocab_size", 262_208);

  private final String modelType;
  private final boolean nested;

  private Gemma3Family(String modelType, boolean nested) {
    this.modelType = modelType;
    this.nested = nested;
  }

  /** A model of text alone, {@code gemma3_text}. */
  public static Gemma3Family text() {
    return new Gemma3Family("gemma3_text", false);
  }

  /** The text model of one that sees images, {@code gemma3}; its vision tower is left out. */
  public static Gemma3Family nested() {
    return new Gemma3Family("gemma3", true);
  }

  @Override
  public DecoderConfig config(ConfigJson whole) {
    ConfigJson json = (nested ? whole.object("text_config") : whole).withDefaults(DEFAULTS);
    json.only("attn_logit_softcapping", "none");
    json.only("final_logit_softcapping", "none");
    json.only("use_bidirectional_attention", "false");
    LlamaNames names = new LlamaNames(json);
    ConfigJson parameters = json.object("rope_parameters");
    Rotary global =
        Rotary.read(json, parameters.object("full_attention"), names.headSize(), 1_000_000);
    double localBase = json.number("rope_local_base_freq", 10_000);
    Rotary local = Rotary.unscaled(json, parameters.object("sliding_attention"), global, localBase);
    double scale = 1 / Math.sqrt(json.number("query_pre_attn_scalar", 256));
    int pattern = Math.max(1, json.integer("sliding_window_pattern", 6));
    return names.config(
        modelType,
        names.form(
            json.activation("hidden_activation", Activation.GELU_TANH),
            Math.sqrt(json.integer("hidden_size")),
            names.parts(DecoderPart.HEAD_NORMS, DecoderPart.POST_NORMS)),
        names.layers(
            i -> {
              int window = names.window(i, (i + 1) % pattern != 0);
              return new DecoderConfig.Layer(
                  Optional.of(window > 0 ? local : global), window, scale);
            }),
        1,
        true);
  }

  @Override
  public DecoderWeightNames weightNames() {
    DecoderWeightNames.Layer llama = DecoderWeightNames.llama().layer();
    DecoderWeightNames text =
        DecoderWeightNames.ofLlamaKind(
            new DecoderWeightNames.Layer(
                llama.attentionNorm(),
                llama.projections(),
                "self_attn.q_norm",
                "self_attn.k_norm",
                llama.output(),
                "post_attention_layernorm",
                "pre_feedforward_layernorm",
                llama.up(),
                llama.down(),
                "post_feedforward_layernorm"));
    return nested
        ? text.inside("language_model.", "(vision_tower|multi_modal_projector)\\..*")
        : text;
  }
}
