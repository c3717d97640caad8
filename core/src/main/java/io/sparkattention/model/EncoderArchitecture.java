package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.weights.WeightReader;

/** Which encoder a configuration asks for: of post-norm layers, or of pre-norm layers. */
final class EncoderArchitecture {

  private final EncoderConfig config;
  private final EncoderWeightNames names;
  private final WeightReader reader;

  EncoderArchitecture(EncoderConfig config, EncoderWeightNames names, WeightReader reader) {
    this.config = config;
    this.names = names;
    this.reader = reader;
  }

  /**
   * An encoder on its device.
   *
   * @param words the word embeddings (vocabulary, hidden), which a masked language model head
   *     shares
   */
  record Loaded(Encoder encoder, NDArray words) {}

  /** Says what the encoder needs; problems are kept for the reader's check. */
  void require() {
    if (config.preNorm().isPresent()) {
      new PreNormLoader(config, names, reader).require();
    } else {
      new EncoderLoader(config, names, reader).require();
    }
  }

  /**
   * Loads what was required.
   *
   * @param owner owns the arrays from here on
   */
  Loaded load(NDManager owner, LayerOperators operators, Attention attention, int maxTokens) {
    if (config.preNorm().isPresent()) {
      PreNormWeights weights = new PreNormLoader(config, names, reader).load(owner, operators);
      return new Loaded(
          new PreNormEncoder(config, weights, operators, attention, maxTokens), weights.words());
    }
    EncoderWeights weights = new EncoderLoader(config, names, reader).load(owner, operators);
    return new Loaded(
        new PostNormEncoder(config, weights, operators, attention, maxTokens), weights.words());
  }
}
