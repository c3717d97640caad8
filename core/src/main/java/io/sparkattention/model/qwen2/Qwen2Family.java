package io.sparkattention.model.qwen2;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.DecoderFamily;
import io.sparkattention.model.decoder.DecoderWeightNames;
import io.sparkattention.model.decoder.LlamaNames;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.DecoderPart;
import java.util.Set;

/** Qwen 2: Llama with biases on queries, keys and values; later layers may slide. */
public final class Qwen2Family implements DecoderFamily {

  @Override
  public DecoderConfig config(ConfigJson json) {
    LlamaNames names = new LlamaNames(json);
    return names.config(
        "qwen2",
        names.form(
            json.activation("hidden_act", Activation.SILU),
            1,
            Set.of(DecoderPart.GATE, DecoderPart.PROJECTION_BIAS)),
        names.slidingLayers(names.rotary(10_000)),
        0,
        false);
  }

  @Override
  public DecoderWeightNames weightNames() {
    return DecoderWeightNames.llama();
  }
}
