package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.HeadActivation;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.weights.WeightReader;

/**
 * A masked language model head: gives each token of the vocabulary a logit at each position. Its
 * last matrix is the word embedding unless the checkpoint has one of its own.
 */
final class MaskedLmHead {

  private final LayerOperators operators;
  private final double eps;
  private final NDArray denseWeight; // (hidden, hidden)
  private final NDArray denseBias; // (hidden)
  private final NDArray normWeight; // (hidden)
  private final NDArray normBias; // (hidden)
  private final NDArray decoder; // (vocabulary, hidden)
  private final NDArray bias; // (vocabulary)

  private MaskedLmHead(
      EncoderWeightNames.MaskedLm head,
      EncoderConfig config,
      LayerOperators operators,
      WeightReader reader,
      EncoderArchitecture.Loaded loaded) {
    NDManager owner = loaded.encoder().owner();
    NDArray zeros = operators.toPrecision(owner, owner.zeros(new Shape(config.hiddenSize())));
    boolean biased = config.preNorm().isEmpty();
    this.operators = operators;
    this.eps = config.layerNormEps();
    this.denseWeight = EncoderLoader.loaded(reader, owner, operators, head.dense() + ".weight");
    this.denseBias =
        biased ? EncoderLoader.loaded(reader, owner, operators, head.dense() + ".bias") : zeros;
    this.normWeight = EncoderLoader.loaded(reader, owner, operators, head.norm() + ".weight");
    this.normBias =
        biased ? EncoderLoader.loaded(reader, owner, operators, head.norm() + ".bias") : zeros;
    String own = head.decoder() + ".weight";
    this.decoder =
        reader.names().contains(own)
            ? EncoderLoader.loaded(reader, owner, operators, own)
            : loaded.words();
    this.bias = EncoderLoader.loaded(reader, owner, operators, biasName(head, reader));
  }

  private static String biasName(EncoderWeightNames.MaskedLm head, WeightReader reader) {
    String inDecoder = head.decoder() + ".bias";
    return reader.names().contains(inDecoder) ? inDecoder : head.bias();
  }

  /** Whether the checkpoint has this head; if so, its shapes are checked with the rest. */
  static boolean offered(
      EncoderWeightNames.MaskedLm head, EncoderConfig config, WeightReader reader) {
    long hidden = config.hiddenSize();
    if (!reader.offer(head.dense() + ".weight", hidden, hidden)) {
      return false;
    }
    reader.require(head.norm() + ".weight", hidden);
    if (config.preNorm().isEmpty()) {
      reader.require(head.dense() + ".bias", hidden);
      reader.require(head.norm() + ".bias", hidden);
    }
    reader.offer(head.decoder() + ".weight", config.vocabSize(), hidden);
    reader.offer(head.bias(), config.vocabSize());
    reader.require(biasName(head, reader), config.vocabSize());
    return true;
  }

  static MaskedLmHead load(
      EncoderWeightNames.MaskedLm names,
      EncoderConfig config,
      LayerOperators operators,
      WeightReader reader,
      EncoderArchitecture.Loaded loaded) {
    return new MaskedLmHead(names, config, operators, reader, loaded);
  }

  /**
   * The logits at some positions.
   *
   * @param hidden (R, hidden), the activations of those positions
   * @return (R, vocabulary) float32
   */
  NDArray logits(NDManager scope, NDArray hidden) {
    NDArray dense =
        operators.linear(scope, hidden, denseWeight, denseBias, HeadActivation.NONE); // (R, hidden)
    NDArray activated = operators.activate(scope, dense); // (R, hidden)
    NDArray normed = operators.norm(scope, activated, normWeight, normBias, eps); // (R, hidden)
    NDArray logits =
        operators.linear(scope, normed, decoder, bias, HeadActivation.NONE); // (R, vocabulary)
    return operators.toFloat32(scope, logits);
  }
}
