package io.sparkattention.model.bert;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.EncoderConfig;
import io.sparkattention.model.EncoderFamily;
import io.sparkattention.model.EncoderWeightNames;
import io.sparkattention.tensor.HeadActivation;

/** BERT: absolute positions from 0, two token types, a pooler before the classifier. */
public final class BertFamily implements EncoderFamily {

  @Override
  public EncoderConfig config(ConfigJson json) {
    json.only("position_embedding_type", "absolute");
    return EncoderConfig.ofBertNames("bert", json, 0, json.integer("type_vocab_size", 2), 0);
  }

  @Override
  public EncoderWeightNames weightNames() {
    return new EncoderWeightNames(
        "bert.",
        "embeddings.word_embeddings",
        "embeddings.position_embeddings",
        "embeddings.token_type_embeddings",
        "embeddings.LayerNorm",
        "",
        "encoder.layer.",
        new EncoderWeightNames.Layer(
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "attention.output.LayerNorm",
            "intermediate.dense",
            "output.dense",
            "output.LayerNorm"),
        new EncoderWeightNames.Classification("pooler.dense", HeadActivation.TANH, "classifier"),
        new EncoderWeightNames.MaskedLm(
            "cls.predictions.transform.dense",
            "cls.predictions.transform.LayerNorm",
            "cls.predictions.decoder",
            "cls.predictions.bias"));
  }
}
