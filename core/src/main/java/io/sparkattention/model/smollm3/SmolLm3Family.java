package io.sparkattention.model.smollm3;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.DecoderFamily;
import io.sparkattention.model.decoder.DecoderWeightNames;
import io.sparkattention.model.decoder.LlamaNames;
import io.sparkattention.model.decoder.Rotary;
import io.sparkattention.tensor.Activation;
import java.util.List;
import java.util.Optional;

/** SmolLM 3: Llama in which some layers have no positions at all (NoPE, arXiv:2501.18795). */
public final class SmolLm3Family implements DecoderFamily {

  @Override
  public DecoderConfig config(ConfigJson json) {
    LlamaNames names = new LlamaNames(json);
    Rotary rotary = names.rotary(2_000_000);
    List<String> rotated = json.texts("no_rope_layers");
    int interval = Math.max(1, json.integer("no_rope_layer_interval", 4));
    return names.config(
        "smollm3",
        names.form(json.activation("hidden_act", Activation.SILU), 1, names.parts()),
        names.layers(
            i -> {
              boolean turns =
                  i < rotated.size() ? rotated.get(i).equals("1") : (i + 1) % interval != 0;
              boolean slides = json.flag("use_sliding_window", false) && !turns;
              DecoderConfig.Layer layer = names.layer(rotary, names.window(i, slides));
              return turns
                  ? layer
                  : new DecoderConfig.Layer(Optional.empty(), layer.window(), layer.scale());
            }),
        0,
        true);
  }

  @Override
  public DecoderWeightNames weightNames() {
    return DecoderWeightNames.llama();
  }
}
