package io.sparkattention.model.llama;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.DecoderFamily;
import io.sparkattention.model.decoder.DecoderWeightNames;
import io.sparkattention.model.decoder.LlamaNames;
import io.sparkattention.tensor.Activation;

/** Llama: gated feed-forward, grouped heads, rotary embeddings with their scalings. */
public final class LlamaFamily implements DecoderFamily {

  @Override
  public DecoderConfig config(ConfigJson json) {
    LlamaNames names = new LlamaNames(json);
    return names.config(
        "llama",
        names.form(json.activation("hidden_act", Activation.SILU), 1, names.parts()),
        names.layers(names.rotary(10_000), 0),
        0,
        false);
  }

  @Override
  public DecoderWeightNames weightNames() {
    return DecoderWeightNames.llama();
  }
}
