package io.sparkattention.model.gpt2;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.decoder.DecoderConfig;
import io.sparkattention.model.decoder.DecoderFamily;
import io.sparkattention.model.decoder.DecoderWeightNames;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.DecoderForm;
import io.sparkattention.tensor.DecoderPart;
import io.sparkattention.tensor.NormKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** GPT-2: learned positions, layer norms, biases everywhere, matrices stored (in, out). */
public final class Gpt2Family implements DecoderFamily {

  @Override
  public DecoderConfig config(ConfigJson json) {
    int hidden = json.integer("n_embd");
    int heads = Math.max(1, json.integer("n_head"));
    int headSize = Math.max(1, hidden / heads);
    DecoderForm form =
        new DecoderForm(
            heads,
            heads,
            headSize,
            json.integer("n_inner", 4 * hidden),
            json.activation("activation_function", Activation.GELU_TANH),
            NormKind.LAYER,
            json.number("layer_norm_epsilon", 1e-5),
            1,
            EnumSet.of(
                DecoderPart.POSITIONS,
                DecoderPart.PROJECTION_BIAS,
                DecoderPart.OUTPUT_BIAS,
                DecoderPart.FEED_FORWARD_BIAS));
    double scale = json.flag("scale_attn_weights", true) ? 1 / Math.sqrt(headSize) : 1;
    boolean byLayer = json.flag("scale_attn_by_inverse_layer_idx", false);
    return new DecoderConfig(
        "gpt2",
        hidden,
        form,
        IntStream.range(0, json.integer("n_layer"))
            .mapToObj(
                i ->
                    new DecoderConfig.Layer(Optional.empty(), 0, byLayer ? scale / (i + 1) : scale))
            .toList(),
        json.integer("vocab_size"),
        json.integer("n_positions", 1024),
        0,
        json.flag("tie_word_embeddings", true));
  }

  @Override
  public DecoderWeightNames weightNames() {
    return new DecoderWeightNames(
        "transformer.",
        "wte",
        "wpe",
        "h.",
        new DecoderWeightNames.Layer(
            "ln_1",
            List.of("attn.c_attn"),
            "",
            "",
            "attn.c_proj",
            "",
            "ln_2",
            List.of("mlp.c_fc"),
            "mlp.c_proj",
            ""),
        "ln_f",
        "lm_head",
        DecoderWeightNames.Order.IN_OUT,
        ".*attn\\.(masked_)?bias");
  }
}
