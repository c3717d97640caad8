package io.sparkattention.model;

import ai.djl.Device;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Site;
import io.sparkattention.model.decoder.Rotary;
import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.SublayerForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an encoder's {@code config.json} says, in one vocabulary for all families.
 *
 * @param modelType {@code model_type}, such as {@code bert}
 * @param hiddenSize columns of a token's activation
 * @param layers number of layers
 * @param heads attention heads; divides {@code hiddenSize}
 * @param intermediateSize columns inside the feed-forward block
 * @param layerNormEps added to the variance in layer normalization
 * @param vocabSize rows of the word embedding
 * @param maxPositions longest sequence; the rows of the position embedding less those before the
 *     first position
 * @param firstPosition the position of the first token: 0, or the padding id + 1 (RoBERTa)
 * @param typeVocabSize rows of the token type embedding; 0 where a family has none
 * @param relativeBuckets buckets of the relative position bias; 0 where a family has none
 * @param trained the mechanism of each layer where they do not read the whole text; otherwise none
 * @param preNorm what a family of pre-norm layers says besides; empty where norms come after
 */
public record EncoderConfig(
    String modelType,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    Activation activation,
    double layerNormEps,
    int vocabSize,
    int maxPositions,
    int firstPosition,
    int typeVocabSize,
    int relativeBuckets,
    List<Attention> trained,
    Optional<PreNorm> preNorm) {

  /**
   * What tells pre-norm encoders apart.
   *
   * @param form what the sublayers look like
   * @param rotaries the rotary embedding of each layer
   * @param labels what a classifier reads of a text
   */
  public record PreNorm(SublayerForm form, List<Rotary> rotaries, LabelPooling labels) {
    public PreNorm {
      rotaries = List.copyOf(rotaries);
    }
  }

  /** What a classifier reads of a text. */
  public enum LabelPooling {
    /** Its first token. */
    FIRST,
    /** The mean of its tokens. */
    MEAN
  }

  /** Post-norm layers that read the whole text. */
  public EncoderConfig(
      String modelType,
      int hiddenSize,
      int layers,
      int heads,
      int intermediateSize,
      Activation activation,
      double layerNormEps,
      int vocabSize,
      int maxPositions,
      int firstPosition,
      int typeVocabSize,
      int relativeBuckets) {
    this(
        modelType,
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        activation,
        layerNormEps,
        vocabSize,
        maxPositions,
        firstPosition,
        typeVocabSize,
        relativeBuckets,
        List.of(),
        Optional.empty());
  }

  /** The same with mechanisms that the layers were trained with. */
  public EncoderConfig withTrained(List<Attention> mechanisms) {
    return new EncoderConfig(
        modelType,
        hiddenSize,
        layers,
        heads,
        intermediateSize,
        activation,
        layerNormEps,
        vocabSize,
        maxPositions,
        firstPosition,
        typeVocabSize,
        relativeBuckets,
        mechanisms,
        preNorm);
  }

  /**
   * Checks that the numbers fit together.
   *
   * @throws IllegalArgumentException with every reason why they do not
   */
  public EncoderConfig {
    trained = List.copyOf(trained);
    List<String> problems = new ArrayList<>();
    if (!trained.isEmpty() && trained.size() != layers) {
      problems.add("%d windows for %d layers: give one each".formatted(trained.size(), layers));
    }
    if (hiddenSize < 1 || layers < 1 || heads < 1 || intermediateSize < 1 || vocabSize < 1) {
      problems.add(
          "hidden size %d, layers %d, heads %d, intermediate size %d and vocabulary %d"
                  .formatted(hiddenSize, layers, heads, intermediateSize, vocabSize)
              + " must all be positive");
    } else if (hiddenSize % heads != 0) {
      problems.add("hidden size %d is not a multiple of its %d heads".formatted(hiddenSize, heads));
    }
    if (maxPositions < 1 || firstPosition < 0) {
      problems.add("its position embeddings leave no room for a token");
    }
    if (typeVocabSize < 0 || relativeBuckets < 0) {
      problems.add("the numbers of token types and of relative buckets must not be negative");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "config.json of a %s model: %s".formatted(modelType, String.join("; ", problems)));
    }
  }

  /**
   * Reads the entries that BERT and its kin spell alike.
   *
   * @param firstPosition the position of the first token; the rows of the position embedding before
   *     it do not count
   */
  public static EncoderConfig ofBertNames(
      String modelType,
      ConfigJson json,
      int firstPosition,
      int typeVocabSize,
      int relativeBuckets) {
    return new EncoderConfig(
        modelType,
        json.integer("hidden_size"),
        json.integer("num_hidden_layers"),
        json.integer("num_attention_heads"),
        json.integer("intermediate_size"),
        json.activation("hidden_act"),
        json.number("layer_norm_eps", 1e-12),
        json.integer("vocab_size"),
        json.integer("max_position_embeddings") - firstPosition,
        firstPosition,
        typeVocabSize,
        relativeBuckets);
  }

  /** What can be said of its attention before there is any input. */
  AttentionShape attentionShape(Precision precision, Device device) {
    return new AttentionShape(
        heads,
        heads,
        headSize(),
        Site.Kind.SELF,
        Direction.BIDIRECTIONAL,
        relativeBuckets > 0,
        precision,
        device);
  }

  /** Columns of a head. */
  public int headSize() {
    return hiddenSize / heads;
  }
}
