package io.sparkattention.model.mpt;

import io.sparkattention.model.AlibiBias;
import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.DecoderFamily;
import io.sparkattention.model.decoder.DecoderWeightNames;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.DecoderForm;
import io.sparkattention.tensor.NormKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * MPT (MosaicML 2023): no positions but slopes of the scores (ALiBi, arXiv:2108.12409), layer
 * norms, no biases at all.
 */
public final class MptFamily implements DecoderFamily {

  @Override
  public DecoderConfig config(ConfigJson json) {
    int hidden = json.integer("d_model", 2048);
    int heads = Math.max(1, json.integer("n_heads", 16));
    int headSize = Math.max(1, hidden / heads);
    ConfigJson attention = json.object("attn_config");
    attention.only("attn_type", "multihead_attention");
    if (!attention.flag("alibi", true)) {
      json.reject("attn_config: alibi is false, which no model of this type in transformers has");
    }
    if (attention.has("clip_qkv") || attention.flag("qk_ln", false)) {
      json.reject("attn_config: clip_qkv and qk_ln are not supported");
    }
    if (attention.integer("alibi_bias_max", 8) != 8) {
      json.reject("attn_config: alibi_bias_max is not 8, which transformers takes for 8");
    }
    double scale = attention.number("softmax_scale", 1 / Math.sqrt(headSize));
    DecoderForm form =
        new DecoderForm(
            heads,
            heads,
            headSize,
            4 * hidden,
            Activation.GELU,
            NormKind.LAYER_WITHOUT_BIAS,
            json.number("layer_norm_epsilon", 1e-5),
            1,
            Set.of());
    return new DecoderConfig(
            "mpt",
            hidden,
            form,
            IntStream.range(0, json.integer("n_layers", 24))
                .mapToObj(i -> new DecoderConfig.Layer(Optional.empty(), 0, scale))
                .toList(),
            json.integer("vocab_size", 50368),
            json.integer("max_seq_len", 2048),
            0,
            json.flag("tie_word_embeddings", true))
        .withSlopes(AlibiBias.slopes(heads));
  }

  @Override
  public DecoderWeightNames weightNames() {
    return new DecoderWeightNames(
        "transformer.",
        "wte",
        "",
        "blocks.",
        new DecoderWeightNames.Layer(
            "norm_1",
            List.of("attn.Wqkv"),
            "",
            "",
            "attn.out_proj",
            "",
            "norm_2",
            List.of("ffn.up_proj"),
            "ffn.down_proj",
            ""),
        "norm_f",
        "lm_head",
        DecoderWeightNames.Order.OUT_IN,
        "");
  }
}
