package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.weights.WeightReader;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A sentence-transformers dense layer after the pooling, in float32. */
final class DenseHead {

  private final DenseModule module;
  private final LayerOperators operators;
  private final NDArray weight; // (out, in)
  private final NDArray bias; // (out)

  private DenseHead(DenseModule module, LayerOperators operators, NDArray weight, NDArray bias) {
    this.module = module;
    this.operators = operators;
    this.weight = weight;
    this.bias = bias;
  }

  /**
   * Loads a dense layer.
   *
   * @param owner owns the arrays
   */
  static DenseHead load(DenseModule module, LayerOperators operators, NDManager owner) {
    try (WeightReader reader = WeightReader.open(module.directory())) {
      NDArray weight = reader.create(owner, DenseModule.WEIGHT); // (out, in)
      NDArray bias =
          module.biased()
              ? reader.create(owner, DenseModule.BIAS)
              : owner.zeros(new Shape(module.out())); // (out)
      return new DenseHead(module, operators, weight, bias);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Columns of what it gives. */
  int dimension() {
    return module.out();
  }

  /** (B, in) float32 to (B, out) float32. */
  NDArray apply(NDManager scope, NDArray pooled) {
    return operators.linear(scope, pooled, weight, bias, module.activation());
  }
}
