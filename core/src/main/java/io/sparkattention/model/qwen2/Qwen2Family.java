package io.sparkattention.model.qwen2;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.DecoderFamily;
import io.sparkattention.model.decoder.DecoderWeightNames;
import io.sparkattention.model.decoder.LlamaNames;
import io.sparkattention.model.decoder.Rotary;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.DecoderPart;
import java.util.Set;

/** Qwen 2: Llama with biases on queries, keys and values; later layers may slide. */
public final class Qwen2Family implements DecoderFamily {

  @Override
  public DecoderConfig config(ConfigJson json) {
    LlamaNames names = new LlamaNames(json);
    Rotary rotary = names.rotary(10_000);
    int firstSliding =
        json.flag("use_sliding_window", false)
            ? json.integer("max_window_layers", 28)
            : Integer.MAX_VALUE;
    return names.config(
        "qwen2",
        names.form(
            json.activation("hidden_act", Activation.SILU),
            1,
            Set.of(DecoderPart.GATE, DecoderPart.PROJECTION_BIAS)),
        names.layers(i -> names.layer(rotary, names.window(i, i >= firstSliding))),
        0,
        false);
  }

  @Override
  public DecoderWeightNames weightNames() {
    return DecoderWeightNames.llama();
  }
}
