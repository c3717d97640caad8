package io.sparkattention.model;

import io.sparkattention.tensor.Activation;

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
    int relativeBuckets) {

  public EncoderConfig {
    if (hiddenSize < 1 || layers < 1 || heads < 1 || intermediateSize < 1 || vocabSize < 1) {
      throw new IllegalArgumentException(
          "config.json of a "
              + modelType
              + " model: hidden size "
              + hiddenSize
              + ", layers "
              + layers
              + ", heads "
              + heads
              + ", intermediate size "
              + intermediateSize
              + " and vocabulary "
              + vocabSize
              + " must all be positive");
    }
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "config.json of a "
              + modelType
              + " model: hidden size "
              + hiddenSize
              + " is not a multiple of its "
              + heads
              + " heads");
    }
    if (maxPositions < 1) {
      throw new IllegalArgumentException(
          "config.json of a " + modelType + " model leaves no room for a position");
    }
  }

  /** Columns of a head. */
  public int headSize() {
    return hiddenSize / heads;
  }
}
