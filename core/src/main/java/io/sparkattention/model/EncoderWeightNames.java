package io.sparkattention.model;

import io.sparkattention.tensor.HeadActivation;
import java.util.List;

/**
 * The names of an encoder's weights in a checkpoint, without {@code .weight} and {@code .bias}.
 *
 * <p>Task models put a prefix such as {@code bert.} before the encoder's names; the names here are
 * without it.
 *
 * @param prefix what task models put before the encoder's names
 * @param words word embeddings
 * @param positions position embeddings
 * @param types token type embeddings; empty where a family has none
 * @param embeddingNorm the norm after the embeddings
 * @param relativeBias relative position bias; empty where a family has none
 * @param layers what stands before the number of a layer, such as {@code encoder.layer.}
 * @param layer the names inside a layer
 * @param finalNorm the norm after the last layer; empty where a family has none
 * @param classification the sequence classification head
 * @param maskedLm the masked language model head
 */
public record EncoderWeightNames(
    String prefix,
    String words,
    String positions,
    String types,
    String embeddingNorm,
    String relativeBias,
    String layers,
    Layer layer,
    String finalNorm,
    Classification classification,
    MaskedLm maskedLm) {

  /** Without a norm after the last layer. */
  public EncoderWeightNames(
      String prefix,
      String words,
      String positions,
      String types,
      String embeddingNorm,
      String relativeBias,
      String layers,
      Layer layer,
      Classification classification,
      MaskedLm maskedLm) {
    this(
        prefix,
        words,
        positions,
        types,
        embeddingNorm,
        relativeBias,
        layers,
        layer,
        "",
        classification,
        maskedLm);
  }

  /**
   * The names inside a layer.
   *
   * @param globals query, key and value of global tokens; empty where a family has none
   */
  public record Layer(
      String query,
      String key,
      String value,
      List<String> globals,
      String output,
      String attentionNorm,
      String up,
      String down,
      String outputNorm) {

    /** Without projections of global tokens. */
    public Layer(
        String query,
        String key,
        String value,
        String output,
        String attentionNorm,
        String up,
        String down,
        String outputNorm) {
      this(query, key, value, List.of(), output, attentionNorm, up, down, outputNorm);
    }
  }

  /**
   * A head that reads the first token, or the mean of all: a linear map, an activation, for some a
   * norm, and a linear map to the labels.
   *
   * @param dense the first map
   * @param norm empty where a family has none
   * @param out the second
   */
  public record Classification(String dense, HeadActivation activation, String norm, String out) {

    /** Without a norm. */
    public Classification(String dense, HeadActivation activation, String out) {
      this(dense, activation, "", out);
    }
  }

  /**
   * A head that predicts tokens: a linear map, the activation, a norm, and a product with the word
   * embeddings (or with a matrix of its own where the checkpoint has one) plus a bias.
   */
  public record MaskedLm(String dense, String norm, String decoder, String bias) {}
}
