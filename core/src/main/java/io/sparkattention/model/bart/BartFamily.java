package io.sparkattention.model.bart;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.model.seq2seq.Seq2SeqConfig;
import io.sparkattention.model.seq2seq.Seq2SeqConfig.Part;
import io.sparkattention.model.seq2seq.Seq2SeqFamily;
import io.sparkattention.model.seq2seq.Seq2SeqWeightNames;
import io.sparkattention.tensor.NormKind;
import io.sparkattention.tensor.NormPlace;
import io.sparkattention.tensor.SublayerForm;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** BART: learned positions after two unused rows, norms after each sublayer and the embeddings. */
public final class BartFamily implements Seq2SeqFamily {

  private static final int UNUSED_POSITIONS = 2;

  @Override
  public Seq2SeqConfig config(ConfigJson json) {
    json.only("normalize_before", "false");
    return config(
        "bart",
        json,
        NormPlace.AFTER,
        positions(json, UNUSED_POSITIONS),
        Set.of(Part.EMBEDDING_NORM, Part.LOGIT_BIAS));
  }

  /**
   * Positions of which both sides have as many.
   *
   * @param unused rows of the position embeddings before the first position
   */
  public static Seq2SeqConfig.Positions positions(ConfigJson json, int unused) {
    int count = json.integer("max_position_embeddings");
    return new Seq2SeqConfig.Positions(count, count, unused);
  }

  /** Reads the entries that BART and its kin spell alike. */
  public static Seq2SeqConfig config(
      String modelType,
      ConfigJson json,
      NormPlace place,
      Seq2SeqConfig.Positions positions,
      Set<Part> parts) {
    int hidden = json.integer("d_model");
    int heads = json.integer("decoder_attention_heads");
    if (heads != json.integer("encoder_attention_heads")) {
      json.reject("encoder_attention_heads and decoder_attention_heads must be equal");
    }
    Set<Part> all = EnumSet.copyOf(parts);
    if (!json.flag("tie_word_embeddings", true)) {
      all.add(Part.OWN_HEAD);
    }
    int headSize = hidden / Math.max(1, heads);
    return new Seq2SeqConfig(
        modelType,
        hidden,
        json.integer("vocab_size"),
        stack(json, "encoder", headSize, place),
        stack(json, "decoder", headSize, place),
        Optional.of(positions),
        Optional.empty(),
        Optional.empty(),
        json.flag("scale_embedding", false) ? Math.sqrt(hidden) : 1,
        1 / Math.sqrt(Math.max(1, headSize)),
        1,
        json.integer("decoder_start_token_id"),
        all);
  }

  private static Seq2SeqConfig.Stack stack(
      ConfigJson json, String side, int headSize, NormPlace place) {
    return new Seq2SeqConfig.Stack(
        json.integer(side + "_layers"),
        new SublayerForm(
            json.integer(side + "_attention_heads"),
            headSize,
            json.integer(side + "_ffn_dim"),
            json.activation("activation_function"),
            SublayerForm.Gate.NONE,
            SublayerForm.Bias.EVERYWHERE,
            NormKind.LAYER,
            place,
            1e-5));
  }

  @Override
  public Seq2SeqWeightNames weightNames(Seq2SeqConfig config) {
    return names("layernorm_embedding", "");
  }

  /** The names that BART and its kin share. */
  public static Seq2SeqWeightNames names(String embeddingNorm, String finalNorm) {
    return new Seq2SeqWeightNames(
        "model.",
        "shared",
        side("encoder.", embeddingNorm, finalNorm),
        side("decoder.", embeddingNorm, finalNorm),
        "lm_head",
        "final_logits_bias",
        "(en|de)coder\\.(embed_tokens\\.weight|version)");
  }

  private static Seq2SeqWeightNames.Stack side(String at, String embeddingNorm, String finalNorm) {
    return new Seq2SeqWeightNames.Stack(
        at + "embed_positions",
        embeddingNorm.isEmpty() ? "" : at + embeddingNorm,
        at + "layers.",
        attention("self_attn", "self_attn_layer_norm"),
        null,
        at.startsWith("decoder") ? attention("encoder_attn", "encoder_attn_layer_norm") : null,
        new Seq2SeqWeightNames.FeedForward("final_layer_norm", List.of("fc1"), "fc2"),
        finalNorm.isEmpty() ? "" : at + finalNorm,
        "",
        null);
  }

  private static Seq2SeqWeightNames.Attention attention(String name, String norm) {
    return new Seq2SeqWeightNames.Attention(
        norm, name + ".q_proj", name + ".k_proj", name + ".v_proj", name + ".out_proj");
  }
}
