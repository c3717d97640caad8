package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.HeadActivation;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.weights.WeightReader;

/** The linear map of a ColBERT checkpoint from activations to the vectors that are compared. */
final class TokenProjection {

  private static final String WEIGHT = "linear.weight";

  private final LayerOperators operators;
  private final NDArray weight; // (dimension, hidden)
  private final NDArray bias; // (dimension), zeros

  private TokenProjection(LayerOperators operators, WeightReader reader, NDManager owner) {
    this.operators = operators;
    this.weight = EncoderLoader.loaded(reader, owner, operators, WEIGHT);
    this.bias = operators.toPrecision(owner, owner.zeros(new Shape(weight.getShape().get(0))));
  }

  /** Whether the checkpoint has this map; if so, its shape is checked with the rest. */
  static boolean offered(EncoderConfig config, WeightReader reader) {
    return reader.offer(WEIGHT, WeightReader.ANY, config.hiddenSize());
  }

  static TokenProjection load(LayerOperators operators, WeightReader reader, NDManager owner) {
    return new TokenProjection(operators, reader, owner);
  }

  /** Numbers in a vector that it gives. */
  int dimension() {
    return (int) weight.getShape().get(0);
  }

  /** (N, hidden) to (N, dimension), in the precision of the operators. */
  NDArray apply(NDManager scope, NDArray hidden) {
    return operators.linear(scope, hidden, weight, bias, HeadActivation.NONE);
  }
}
