package io.sparkattention.model.mpnet;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.EncoderConfig;
import io.sparkattention.model.EncoderFamily;
import io.sparkattention.model.EncoderWeightNames;
import io.sparkattention.tensor.HeadActivation;

/** MPNet: no token types, positions after the padding id, a relative bias shared by all layers. */
public final class MpnetFamily implements EncoderFamily {

  @Override
  public EncoderConfig config(ConfigJson json) {
    int firstPosition = json.integer("pad_token_id", 1) + 1;
    return new EncoderConfig(
        "mpnet",
        json.integer("hidden_size"),
        json.integer("num_hidden_layers"),
        json.integer("num_attention_heads"),
        json.integer("intermediate_size"),
        json.activation("hidden_act"),
        json.number("layer_norm_eps", 1e-12),
        json.integer("vocab_size"),
        json.integer("max_position_embeddings") - firstPosition,
        firstPosition,
        0,
        json.integer("relative_attention_num_buckets", 32));
  }

  @Override
  public EncoderWeightNames weightNames() {
    return new EncoderWeightNames(
        "mpnet.",
        "embeddings.word_embeddings",
        "embeddings.position_embeddings",
        "",
        "embeddings.LayerNorm",
        "encoder.relative_attention_bias",
        "encoder.layer.",
        new EncoderWeightNames.Layer(
            "attention.attn.q",
            "attention.attn.k",
            "attention.attn.v",
            "attention.attn.o",
            "attention.LayerNorm",
            "intermediate.dense",
            "output.dense",
            "output.LayerNorm"),
        new EncoderWeightNames.Classification(
            "classifier.dense", HeadActivation.TANH, "classifier.out_proj"),
        new EncoderWeightNames.MaskedLm(
            "lm_head.dense", "lm_head.layer_norm", "lm_head.decoder", "lm_head.bias"));
  }
}
