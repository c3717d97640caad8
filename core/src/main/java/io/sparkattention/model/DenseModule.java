package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.tensor.HeadActivation;
import io.sparkattention.weights.CheckpointException;
import io.sparkattention.weights.WeightReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The directory of a sentence-transformers dense layer, checked before anything is loaded.
 *
 * @param in columns of what it reads
 * @param out columns of what it gives
 * @param biased whether it adds a bias
 */
record DenseModule(Path directory, int in, int out, boolean biased, HeadActivation activation) {

  static final String WEIGHT = "linear.weight";
  static final String BIAS = "linear.bias";

  /** Reads the directory; everything that is wrong with it is added to {@code problems}. */
  static DenseModule read(Path directory, List<String> problems) {
    Path file = directory.resolve("config.json");
    JsonNode config = SentenceModules.json(file, problems);
    int in = config.path("in_features").asInt();
    int out = config.path("out_features").asInt();
    if (config.isObject() && (in < 1 || out < 1)) {
      problems.add(file + ": in_features and out_features must be positive numbers");
    }
    DenseModule module =
        new DenseModule(
            directory,
            in,
            out,
            config.path("bias").asBoolean(true),
            activation(config, file, problems));
    if (in > 0 && out > 0) {
      module.checkWeights(problems);
    }
    return module;
  }

  private void checkWeights(List<String> problems) {
    try (WeightReader reader = WeightReader.open(directory)) {
      reader.require(WEIGHT, out, in);
      if (biased) {
        reader.require(BIAS, out);
      }
      reader.check();
    } catch (IOException | CheckpointException e) {
      problems.add(e.getMessage());
    }
  }

  private static HeadActivation activation(JsonNode config, Path file, List<String> problems) {
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
            file + ": activation " + name + " is not supported: Identity, ReLU and Tanh are");
        return HeadActivation.NONE;
    }
  }
}
