package io.sparkattention.model.qwen3;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.DecoderFamily;
import io.sparkattention.model.decoder.DecoderWeightNames;
import io.sparkattention.model.decoder.LlamaNames;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.DecoderPart;

/** Qwen 3: Llama with normalized query and key heads; later layers may slide. */
public final class Qwen3Family implements DecoderFamily {

  @Override
  public DecoderConfig config(ConfigJson json) {
    LlamaNames names = new LlamaNames(json);
    return names.config(
        "qwen3",
        names.form(
            json.activation("hidden_act", Activation.SILU), 1, names.parts(DecoderPart.HEAD_NORMS)),
        names.slidingLayers(names.rotary(10_000)),
        0,
        false);
  }

  @Override
  public DecoderWeightNames weightNames() {
    DecoderWeightNames.Layer llama = DecoderWeightNames.llama().layer();
    return DecoderWeightNames.ofLlamaKind(
        new DecoderWeightNames.Layer(
            llama.attentionNorm(),
            llama.projections(),
            "self_attn.q_norm",
            "self_attn.k_norm",
            llama.output(),
            "",
            llama.feedForwardNorm(),
            llama.up(),
            llama.down(),
            ""));
  }
}
