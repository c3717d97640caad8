package io.sparkattention.model.mpnet;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.EncoderConfig;
import io.sparkattention.model.EncoderFamily;
import io.sparkattention.model.EncoderWeightNames;
import io.sparkattention.model.roberta.RobertaFamily;

/**
 * MPNet: RoBERTa's heads, no token types, positions after the padding id, a relative bias shared by
 * all layers.
 */
public final class MpnetFamily implements EncoderFamily {

  @Override
  public EncoderConfig config(ConfigJson json) {
    int firstPosition = json.integer("pad_token_id", 1) + 1;
    return EncoderConfig.ofBertNames(
        "mpnet", json, firstPosition, 0, json.integer("relative_attention_num_buckets", 32));
  }

  @Override
  public EncoderWeightNames weightNames() {
    EncoderWeightNames roberta = new RobertaFamily("roberta").weightNames();
    return new EncoderWeightNames(
        "mpnet.",
        roberta.words(),
        roberta.positions(),
        "",
        roberta.embeddingNorm(),
        "encoder.relative_attention_bias",
        roberta.layers(),
        new EncoderWeightNames.Layer(
            "attention.attn.q",
            "attention.attn.k",
            "attention.attn.v",
            "attention.attn.o",
            "attention.LayerNorm",
            roberta.layer().up(),
            roberta.layer().down(),
            roberta.layer().outputNorm()),
        roberta.classification(),
        roberta.maskedLm());
  }
}
