package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.model.EncoderConfig.LabelPooling;
import io.sparkattention.tensor.HeadActivation;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.tensor.PoolingOperators;
import io.sparkattention.weights.WeightReader;

/**
 * A sequence classification head: reads the first token of each sequence, or the mean of all, and
 * gives a logit per label. A cross-encoder is one with a single label.
 */
final class ClassificationHead {

  private final EncoderWeightNames.Classification names;
  private final LayerOperators operators;
  private final NDArray denseWeight; // (hidden, hidden)
  private final NDArray denseBias; // (hidden)
  private final double eps;
  private final LabelPooling pooling;
  private final NDArray normWeight; // (hidden), or null
  private final NDArray zeros; // (hidden), what stands for biases that a family has not
  private final NDArray outWeight; // (labels, hidden)
  private final NDArray outBias; // (labels)

  private ClassificationHead(
      EncoderWeightNames.Classification names,
      EncoderConfig config,
      LayerOperators operators,
      WeightReader reader,
      NDManager owner) {
    this.names = names;
    this.operators = operators;
    this.eps = config.layerNormEps();
    this.pooling = config.preNorm().map(EncoderConfig.PreNorm::labels).orElse(LabelPooling.FIRST);
    this.zeros = operators.toPrecision(owner, owner.zeros(new Shape(config.hiddenSize())));
    this.normWeight =
        names.norm().isEmpty()
            ? null
            : EncoderLoader.loaded(reader, owner, operators, names.norm() + ".weight");
    this.denseWeight = EncoderLoader.loaded(reader, owner, operators, names.dense() + ".weight");
    this.denseBias =
        names.norm().isEmpty()
            ? EncoderLoader.loaded(reader, owner, operators, names.dense() + ".bias")
            : zeros;
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
    if (!names.dense().startsWith("pooler")) {
      reader.ignore("pooler\\..*");
    }
    reader.require(names.out() + ".bias", WeightReader.ANY);
    reader.require(names.dense() + ".weight", hidden, hidden);
    if (names.norm().isEmpty()) {
      reader.require(names.dense() + ".bias", hidden);
    } else {
      reader.require(names.norm() + ".weight", hidden);
    }
    return true;
  }

  static ClassificationHead load(
      EncoderWeightNames.Classification names,
      EncoderConfig config,
      LayerOperators operators,
      WeightReader reader,
      NDManager owner) {
    return new ClassificationHead(names, config, operators, reader, owner);
  }

  /** Number of labels. */
  int labels() {
    return (int) outWeight.getShape().get(0);
  }

  /**
   * Reads the first token of each sequence, or the mean of its tokens.
   *
   * @param hidden (N, hidden)
   * @return what the last linear map reads, (B, hidden) in the precision of the operators
   */
  NDArray represent(NDManager scope, NDArray hidden, PackedSequences sequences) {
    NDArray read =
        pooling == LabelPooling.FIRST
            ? operators.pick(scope, hidden, sequences.firstRows(scope)) // (B, hidden)
            : mean(scope, hidden, sequences);
    NDArray dense = operators.linear(scope, read, denseWeight, denseBias, names.activation());
    return normWeight == null ? dense : operators.norm(scope, dense, normWeight, zeros, eps);
  }

  private NDArray mean(NDManager scope, NDArray hidden, PackedSequences sequences) {
    int[] offsets = sequences.offsets();
    float[] lengths = new float[sequences.size()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = offsets[i + 1] - offsets[i];
    }
    NDArray means = PoolingOperators.on(scope).sum(scope, hidden, sequences, lengths);
    return operators.toPrecision(scope, means); // (B, hidden)
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
