package io.sparkattention.model.distilbert;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.EncoderConfig;
import io.sparkattention.model.EncoderFamily;
import io.sparkattention.model.EncoderWeightNames;
import io.sparkattention.tensor.HeadActivation;

/** DistilBERT: BERT's layers under other names, no token types, no pooler. */
public final class DistilBertFamily implements EncoderFamily {

  private static final double LAYER_NORM_EPS = 1e-12;

  @Override
  public EncoderConfig config(ConfigJson json) {
    return new EncoderConfig(
        "distilbert",
        json.integer("dim"),
        json.integer("n_layers"),
        json.integer("n_heads"),
        json.integer("hidden_dim"),
        json.activation("activation"),
        LAYER_NORM_EPS,
        json.integer("vocab_size"),
        json.integer("max_position_embeddings"),
        0,
        0,
        0);
  }

  @Override
  public EncoderWeightNames weightNames() {
    return new EncoderWeightNames(
        "distilbert.",
        "embeddings.word_embeddings",
        "embeddings.position_embeddings",
        "",
        "embeddings.LayerNorm",
        "",
        "transformer.layer.",
        new EncoderWeightNames.Layer(
            "attention.q_lin",
            "attention.k_lin",
            "attention.v_lin",
            "attention.out_lin",
            "sa_layer_norm",
            "ffn.lin1",
            "ffn.lin2",
            "output_layer_norm"),
        new EncoderWeightNames.Classification("pre_classifier", HeadActivation.RELU, "classifier"),
        new EncoderWeightNames.MaskedLm(
            "vocab_transform", "vocab_layer_norm", "vocab_projector", "vocab_projector.bias"));
  }
}
