package io.sparkattention.model.mistral;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.DecoderFamily;
import io.sparkattention.model.decoder.DecoderWeightNames;
import io.sparkattention.model.decoder.LlamaNames;
import io.sparkattention.tensor.Activation;

/** Mistral: Llama with layers that may all slide. */
public final class MistralFamily implements DecoderFamily {

  @Override
  public DecoderConfig config(ConfigJson json) {
    LlamaNames names = new LlamaNames(json);
    return names.config(
        "mistral",
        names.form(json.activation("hidden_act", Activation.SILU), 1, names.parts()),
        names.layers(names.rotary(10_000), json.integer("sliding_window", 0)),
        0,
        false);
  }

  @Override
  public DecoderWeightNames weightNames() {
    return DecoderWeightNames.llama();
  }
}
