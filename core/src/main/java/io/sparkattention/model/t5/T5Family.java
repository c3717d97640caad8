package io.sparkattention.model.t5;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.seq2seq.Seq2SeqConfig;
import io.sparkattention.model.seq2seq.Seq2SeqConfig.Part;
import io.sparkattention.model.seq2seq.Seq2SeqFamily;
import io.sparkattention.model.seq2seq.Seq2SeqWeightNames;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.NormKind;
import io.sparkattention.tensor.NormPlace;
import io.sparkattention.tensor.SublayerForm;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** T5: a bias by distance instead of positions, unscaled scores, no biases, norms before. */
public final class T5Family implements Seq2SeqFamily {

  private final String modelType;

  /**
   * @param modelType {@code t5}, {@code mt5} or {@code longt5}
   */
  public T5Family(String modelType) {
    this.modelType = modelType;
  }

  @Override
  public Seq2SeqConfig config(ConfigJson json) {
    int hidden = json.integer("d_model");
    int layers = json.integer("num_layers");
    SublayerForm form = form(json);
    boolean tied = json.flag("tie_word_embeddings", true);
    boolean scaled = !modelType.equals("mt5") && json.flag("scale_decoder_outputs", tied);
    Set<Part> parts = EnumSet.of(Part.FINAL_NORM, Part.BEYOND_FP16);
    if (!tied && !modelType.equals("longt5")) { // LongT5 says so of checkpoints without a head
      parts.add(Part.OWN_HEAD);
    }
    return new Seq2SeqConfig(
        modelType,
        hidden,
        json.integer("vocab_size"),
        new Seq2SeqConfig.Stack(layers, form),
        new Seq2SeqConfig.Stack(json.integer("num_decoder_layers", layers), form),
        Optional.empty(),
        Optional.of(
            new Seq2SeqConfig.Buckets(
                json.integer("relative_attention_num_buckets", 32),
                json.integer("relative_attention_max_distance", 128))),
        Optional.empty(),
        1,
        1,
        scaled ? 1 / Math.sqrt(hidden) : 1,
        json.integer("decoder_start_token_id", json.integer("pad_token_id", 0)),
        parts);
  }

  private SublayerForm form(ConfigJson json) {
    String feed = json.text("feed_forward_proj", modelType.equals("mt5") ? "gated-gelu" : "relu");
    boolean gated = feed.startsWith("gated-");
    String named = gated ? feed.substring("gated-".length()) : feed;
    Activation activation = Activation.RELU;
    try {
      // transformers takes "gated-gelu" for the tanh form
      activation = Activation.of(gated && named.equals("gelu") ? "gelu_new" : named);
    } catch (IllegalArgumentException e) {
      json.reject("feed_forward_proj: " + e.getMessage());
    }
    return new SublayerForm(
        json.integer("num_heads"),
        json.integer("d_kv"),
        json.integer("d_ff"),
        activation,
        gated ? SublayerForm.Gate.ACTIVATED : SublayerForm.Gate.NONE,
        SublayerForm.Bias.NONE,
        NormKind.RMS,
        NormPlace.BEFORE,
        json.number("layer_norm_epsilon", 1e-6));
  }

  @Override
  public Seq2SeqWeightNames weightNames(Seq2SeqConfig config) {
    boolean gated = config.decoder().form().gate() == SublayerForm.Gate.ACTIVATED;
    return new Seq2SeqWeightNames(
        "",
        "shared",
        side("encoder.", 1, null, gated),
        side("decoder.", 2, attention("layer.1", "EncDecAttention"), gated),
        "lm_head",
        "",
        "(en|de)coder\\.embed_tokens\\.weight"
            + "|decoder\\.block\\.0\\.layer\\.1\\.EncDecAttention\\.relative_attention_bias.*");
  }

  private static Seq2SeqWeightNames.Stack side(
      String at, int feedLayer, Seq2SeqWeightNames.Attention cross, boolean gated) {
    String feed = "layer." + feedLayer + ".DenseReluDense.";
    return new Seq2SeqWeightNames.Stack(
        "",
        "",
        at + "block.",
        attention("layer.0", "SelfAttention"),
        null,
        cross,
        new Seq2SeqWeightNames.FeedForward(
            "layer." + feedLayer + ".layer_norm",
            gated ? List.of(feed + "wi_0", feed + "wi_1") : List.of(feed + "wi"),
            feed + "wo"),
        at + "final_layer_norm",
        at + "block.0.layer.0.SelfAttention.relative_attention_bias",
        null);
  }

  private static Seq2SeqWeightNames.Attention attention(String at, String name) {
    String kind = at + "." + name + ".";
    return new Seq2SeqWeightNames.Attention(
        at + ".layer_norm", kind + "q", kind + "k", kind + "v", kind + "o");
  }
}
