package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.HeadActivation;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.weights.WeightReader;

/**
 * A sequence classification head: reads the first token of each sequence and gives a logit per
 * label. A cross-encoder is one with a single label.
 */
final class ClassificationHead {

  private final EncoderWeightNames.Classification names;
  private final LayerOperators operators;
  private final NDArray denseWeight; // (hidden, hidden)
  private final NDArray denseBias; // (hidden)
  private final NDArray outWeight; // (labels, hidden)
  private final NDArray outBias; // (labels)

  private ClassificationHead(
      EncoderWeightNames.Classification names,
      LayerOperators operators,
      WeightReader reader,
      NDManager owner) {
    this.names = names;
    this.operators = operators;
    this.denseWeight = EncoderLoader.loaded(reader, owner, operators, names.dense() + ".weight");
    this.denseBias = EncoderLoader.loaded(reader, owner, operators, names.dense() + ".bias");
    this.outWeight = EncoderLoader.loaded(reader, owner, operators, names.out() + ".weight");
    this.outBias = EncoderLoader.loaded(reader, owner, operators, names.out() + ".bias");
  }

  /** Whether the checkpoint has this head; if so, its shapes are checked with the rest. */
  static boolean offered(
      EncoderWeightNames.Classification names, EncoderConfig config, WeightReader reader) {
    long hidden = config.hiddenSize();
    if (!reader.offer(names.out() + ".weight", WeightReader.ANY, hidden)) {
      reader.ignore("pooler\\..*");
      return false;
    }
    reader.require(names.out() + ".bias", WeightReader.ANY);
    reader.require(names.dense() + ".weight", hidden, hidden);
    reader.require(names.dense() + ".bias", hidden);
    return true;
  }

  static ClassificationHead load(
      EncoderWeightNames.Classification names,
      LayerOperators operators,
      WeightReader reader,
      NDManager owner) {
    return new ClassificationHead(names, operators, reader, owner);
  }

  /** Number of labels. */
  int labels() {
    return (int) outWeight.getShape().get(0);
  }

  /**
   * Reads the first token of each sequence.
   *
   * @param hidden (N, hidden)
   * @return what the last linear map reads, (B, hidden) in the precision of the operators
   */
  NDArray represent(NDManager scope, NDArray hidden, PackedSequences sequences) {
    NDArray first = operators.pick(scope, hidden, sequences.firstRows(scope)); // (B, hidden)
    return operators.linear(scope, first, denseWeight, denseBias, names.activation());
  }

  /**
   * The last linear map.
   *
   * @param represented (B, hidden)
   * @return (B, labels) float32
   */
  NDArray logits(NDManager scope, NDArray represented) {
    NDArray logits =
        operators.linear(
            scope, represented, outWeight, outBias, HeadActivation.NONE); // (B, labels)
    return operators.toFloat32(scope, logits);
  }
}
