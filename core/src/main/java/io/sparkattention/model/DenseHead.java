package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.tensor.HeadActivation;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.weights.WeightReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A sentence-transformers dense layer after the pooling, in float32. */
final class DenseHead {

  private final LayerOperators operators;
  private final NDArray weight; // (out, in)
  private final NDArray bias; // (out)
  private final HeadActivation activation;

  private DenseHead(
      LayerOperators operators, NDArray weight, NDArray bias, HeadActivation activation) {
    this.operators = operators;
    this.weight = weight;
    this.bias = bias;
    this.activation = activation;
  }

  /**
   * Loads a dense directory; what is wrong with it is added to {@code problems}.
   *
   * @return null if there were problems
   */
  static DenseHead load(
      Path directory, LayerOperators operators, NDManager owner, List<String> problems) {
    JsonNode config = SentenceModules.json(directory.resolve("config.json"));
    HeadActivation activation = activation(config, directory, problems);
    int in = config.path("in_features").asInt();
    int out = config.path("out_features").asInt();
    try (WeightReader reader = WeightReader.open(directory)) {
      reader.require("linear.weight", out, in);
      boolean biased = config.path("bias").asBoolean(true);
      if (biased) {
        reader.require("linear.bias", out);
      }
      reader.check();
      NDArray bias = biased ? reader.create(owner, "linear.bias") : owner.zeros(new Shape(out));
      return new DenseHead(operators, reader.create(owner, "linear.weight"), bias, activation);
    } catch (IOException | RuntimeException e) {
      problems.add(e.getMessage());
      return null;
    }
  }

  private static HeadActivation activation(JsonNode config, Path directory, List<String> problems) {
    String name = config.path("activation_function").asText("torch.nn.modules.activation.Tanh");
    switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "Tanh":
        return HeadActivation.TANH;
      case "Identity":
        return HeadActivation.NONE;
      case "ReLU":
        return HeadActivation.RELU;
      default:
        problems.add(
            directory.resolve("config.json")
                + ": activation "
                + name
                + " is not supported: Tanh, ReLU and Identity are");
        return HeadActivation.NONE;
    }
  }

  int dimension() {
    return (int) weight.getShape().get(0);
  }

  /** (B, in) float32 to (B, out) float32. */
  NDArray apply(NDManager scope, NDArray pooled) {
    return operators.linear(scope, pooled, weight, bias, activation);
  }
}
