package io.sparkattention.model.decoder;

import io.sparkattention.model.ConfigJson;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.DecoderForm;
import io.sparkattention.tensor.DecoderPart;
import io.sparkattention.tensor.NormKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Reads the entries of a {@code config.json} that Llama and its kin spell alike. */
public final class LlamaNames {

  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  private final ConfigJson json;

  /** Reads from a {@code config.json}. */
  public LlamaNames(ConfigJson json) {
    this.json = json;
  }

  /** Layers of which later ones may slide: those from {@code max_window_layers} on (Qwen). */
  public List<DecoderConfig.Layer> slidingLayers(Rotary rotary) {
    int first =
        json.flag("use_sliding_window", false)
            ? json.integer("max_window_layers", 28)
            : Integer.MAX_VALUE;
    return layers(i -> layer(rotary, window(i, i >= first)));
  }

  /** The parts of a gated layer, with the biases that the entries ask for. */
  public Set<DecoderPart> parts(DecoderPart... more) {
    Set<DecoderPart> parts = EnumSet.of(DecoderPart.GATE, more);
    if (json.flag("attention_bias", false)) {
      parts.add(DecoderPart.PROJECTION_BIAS);
      parts.add(DecoderPart.OUTPUT_BIAS);
    }
    if (json.flag("mlp_bias", false)) {
      parts.add(DecoderPart.FEED_FORWARD_BIAS);
    }
    return parts;
  }

  /** The form of layers with norms by root mean square. */
  public DecoderForm form(Activation activation, double embeddingScale, Set<DecoderPart> parts) {
    int heads = json.integer("num_attention_heads");
    return new DecoderForm(
        heads,
        json.integer("num_key_value_heads", heads),
        headSize(),
        json.integer("intermediate_size"),
        activation,
        NormKind.RMS,
        json.number("rms_norm_eps", 1e-6),
        embeddingScale,
        parts);
  }

  /** Columns of a head. */
  public int headSize() {
    int heads = json.integer("num_attention_heads");
    return json.integer("head_dim", Math.max(1, json.integer("hidden_size") / Math.max(1, heads)));
  }

  /** One layer after the other, each made from its number. */
  public List<DecoderConfig.Layer> layers(IntFunction<DecoderConfig.Layer> layer) {
    return IntStream.range(0, json.integer("num_hidden_layers")).mapToObj(layer).toList();
  }

  /** Layers that are all alike. */
  public List<DecoderConfig.Layer> layers(Rotary rotary, int window) {
    return layers(i -> layer(rotary, window));
  }

  /** A layer whose scores are scaled by 1 / sqrt(D). */
  public DecoderConfig.Layer layer(Rotary rotary, int window) {
    return new DecoderConfig.Layer(
        Optional.of(rotary), window, 1 / Math.sqrt(Math.max(1, headSize())));
  }

  /** The rotary embedding of all layers. */
  public Rotary rotary(double base) {
    return Rotary.read(json, headSize(), base);
  }

  /**
   * The window of a layer: {@code sliding_window} where {@code layer_types} says that it slides.
   *
   * @param otherwise whether it slides where there is no such list
   */
  public int window(int layer, boolean otherwise) {
    List<String> types = json.texts("layer_types");
    boolean slides = layer < types.size() ? types.get(layer).equals(SLIDING) : otherwise;
    return slides ? json.integer("sliding_window", 0) : 0;
  }

  /** The configuration. */
  public DecoderConfig config(
      String modelType,
      DecoderForm form,
      List<DecoderConfig.Layer> layers,
      double normOffset,
      boolean tiedOtherwise) {
    json.onlyOf("layer_types", json.texts("layer_types"), List.of(FULL, SLIDING));
    return new DecoderConfig(
        modelType,
        json.integer("hidden_size"),
        form,
        layers,
        json.integer("vocab_size"),
        json.integer("max_position_embeddings", 2048),
        normOffset,
        json.flag("tie_word_embeddings", tiedOtherwise));
  }
}
