package io.sparkattention.model.phi3;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.DecoderFamily;
import io.sparkattention.model.decoder.DecoderWeightNames;
import io.sparkattention.model.decoder.LlamaNames;
import io.sparkattention.tensor.Activation;
import java.util.List;

/** Phi 3: Llama with stacked projections and LongRoPE; all layers may slide. */
public final class Phi3Family implements DecoderFamily {

  @Override
  public DecoderConfig config(ConfigJson json) {
    LlamaNames names = new LlamaNames(json);
    return names.config(
        "phi3",
        names.form(json.activation("hidden_act", Activation.SILU), 1, names.parts()),
        names.layers(names.rotary(10_000), json.integer("sliding_window", 0)),
        0,
        false);
  }

  @Override
  public DecoderWeightNames weightNames() {
    DecoderWeightNames.Layer llama = DecoderWeightNames.llama().layer();
    return DecoderWeightNames.ofLlamaKind(
        new DecoderWeightNames.Layer(
            llama.attentionNorm(),
            List.of("self_attn.qkv_proj"),
            "",
            "",
            llama.output(),
            "",
            llama.feedForwardNorm(),
            List.of("mlp.gate_up_proj"),
            llama.down(),
            ""));
  }
}
