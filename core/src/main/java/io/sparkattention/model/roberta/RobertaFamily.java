package io.sparkattention.model.roberta;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.EncoderConfig;
import io.sparkattention.model.EncoderFamily;
import io.sparkattention.model.EncoderWeightNames;
import io.sparkattention.model.bert.BertFamily;
import io.sparkattention.tensor.HeadActivation;

/** RoBERTa: BERT's layers, positions that start after the padding id, heads of its own. */
public final class RobertaFamily implements EncoderFamily {

  private final String modelType;

  /**
   * @param modelType {@code roberta} or {@code xlm-roberta}
   */
  public RobertaFamily(String modelType) {
    this.modelType = modelType;
  }

  @Override
  public EncoderConfig config(ConfigJson json) {
    json.only("position_embedding_type", "absolute");
    int firstPosition = json.integer("pad_token_id", 1) + 1;
    return EncoderConfig.ofBertNames(
        modelType, json, firstPosition, json.integer("type_vocab_size", 2), 0);
  }

  @Override
  public EncoderWeightNames weightNames() {
    EncoderWeightNames bert = new BertFamily().weightNames();
    return new EncoderWeightNames(
        "roberta.",
        bert.words(),
        bert.positions(),
        bert.types(),
        bert.embeddingNorm(),
        "",
        bert.layers(),
        bert.layer(),
        new EncoderWeightNames.Classification(
            "classifier.dense", HeadActivation.TANH, "classifier.out_proj"),
        new EncoderWeightNames.MaskedLm(
            "lm_head.dense", "lm_head.layer_norm", "lm_head.decoder", "lm_head.bias"));
  }
}
