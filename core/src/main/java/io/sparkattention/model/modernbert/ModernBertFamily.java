package io.sparkattention.model.modernbert;

import io.sparkattention.attention.Attention;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.WindowGlobalAttention;
import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.EncoderConfig;
import io.sparkattention.model.EncoderConfig.LabelPooling;
import io.sparkattention.model.EncoderFamily;
import io.sparkattention.model.EncoderWeightNames;
import io.sparkattention.model.decoder.Rotary;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.HeadActivation;
import io.sparkattention.tensor.NormKind;
import io.sparkattention.tensor.NormPlace;
import io.sparkattention.tensor.SublayerForm;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * ModernBERT (arXiv:2412.13663): norms before each half, gated feed-forward blocks, no biases, and
 * rotary embeddings whose base differs between local and global layers.
 */
public final class ModernBertFamily implements EncoderFamily {

  private static final String GLOBAL = "full_attention";
  private static final String LOCAL = "sliding_attention";
  private static final List<String> WITHOUT =
      List.of("attention_bias", "mlp_bias", "norm_bias", "classifier_bias");

  @Override
  public EncoderConfig config(ConfigJson json) {
    WITHOUT.forEach(each -> json.only(each, "false"));
    json.only("decoder_bias", "true");
    Activation activation = json.activation("hidden_activation");
    if (json.activation("classifier_activation") != activation) {
      json.reject("classifier_activation and hidden_activation must be equal");
    }
    int hidden = json.integer("hidden_size");
    int heads = json.integer("num_attention_heads");
    int layers = json.integer("num_hidden_layers");
    int headSize = Math.max(2, hidden / Math.max(1, heads));
    List<Boolean> local = local(json, layers);
    ConfigJson parameters = json.object("rope_parameters");
    double base = json.number("global_rope_theta", 160_000);
    Rotary far = Rotary.read(json, parameters.object(GLOBAL), headSize, base);
    Rotary near =
        Rotary.read(
            json, parameters.object(LOCAL), headSize, json.number("local_rope_theta", 10_000));
    Attention window =
        new WindowGlobalAttention(2 * Math.max(1, json.integer("local_attention", 128) / 2), 0);
    return new EncoderConfig(
        "modernbert",
        hidden,
        layers,
        heads,
        json.integer("intermediate_size"),
        activation,
        json.number("norm_eps", 1e-5),
        json.integer("vocab_size"),
        json.integer("max_position_embeddings"),
        0,
        0,
        0,
        local.stream().map(each -> each ? window : new DenseAttention()).toList(),
        Optional.of(
            new EncoderConfig.PreNorm(
                new SublayerForm(
                    heads,
                    headSize,
                    json.integer("intermediate_size"),
                    activation,
                    SublayerForm.Gate.ACTIVATED,
                    SublayerForm.Bias.NONE,
                    NormKind.LAYER,
                    NormPlace.BEFORE,
                    json.number("norm_eps", 1e-5)),
                local.stream().map(each -> each ? near : far).toList(),
                labels(json))));
  }

  /** Which layers read a window; without a list all but every third, or as many as are said. */
  private static List<Boolean> local(ConfigJson json, int layers) {
    List<String> types = json.texts("layer_types");
    if (types.isEmpty()) {
      int every = Math.max(1, json.integer("global_attn_every_n_layers", 3));
      return IntStream.range(0, layers).mapToObj(i -> i % every != 0).toList();
    }
    json.onlyOf("layer_types", types, List.of(GLOBAL, LOCAL));
    return types.stream().map(LOCAL::equals).toList();
  }

  private static LabelPooling labels(ConfigJson json) {
    String pooling = json.text("classifier_pooling", "cls");
    json.onlyOf("classifier_pooling", List.of(pooling), List.of("cls", "mean"));
    return pooling.equals("mean") ? LabelPooling.MEAN : LabelPooling.FIRST;
  }

  @Override
  public EncoderWeightNames weightNames() {
    return new EncoderWeightNames(
        "model.",
        "embeddings.tok_embeddings",
        "",
        "",
        "embeddings.norm",
        "",
        "layers.",
        new EncoderWeightNames.Layer(
            "attn.Wqkv", "", "", "attn.Wo", "attn_norm", "mlp.Wi", "mlp.Wo", "mlp_norm"),
        "final_norm",
        new EncoderWeightNames.Classification(
            "head.dense", HeadActivation.OF_LAYERS, "head.norm", "classifier"),
        new EncoderWeightNames.MaskedLm("head.dense", "head.norm", "decoder", "decoder.bias"));
  }
}
