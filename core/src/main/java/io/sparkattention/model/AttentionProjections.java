package io.sparkattention.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.weights.WeightReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model's attention projections and word embeddings as its checkpoint holds them, as plain
 * float32 numbers without biases. Models on a device hold them in the order that products want,
 * from which single heads cannot be read.
 *
 * @param heads how many each layer has; a projection has the rows of its heads one after the other
 * @param layers from the first on
 * @param words (vocabulary, hidden)
 * @param scoring what scores the next token, (vocabulary, hidden): the words where they serve for
 *     it
 */
public record AttentionProjections(
    int heads, List<Layer> layers, float[][] words, float[][] scoring) {

  /**
   * One layer's projections, a row for each column of what comes out: query (H · D, hidden), key
   * and value (Hkv · D, hidden), output (hidden, H · D).
   */
  public record Layer(float[][] query, float[][] key, float[][] value, float[][] output) {}

  /**
   * Reads those of an encoder.
   *
   * @param directory of a model in the layout of Hugging Face or sentence-transformers
   * @throws ModelLoadException with every reason why they cannot be read
   */
  public static AttentionProjections read(Path directory) {
    List<String> problems = new ArrayList<>();
    SentenceModules modules = SentenceModules.read(directory, problems);
    CheckpointFiles files = new CheckpointFiles(modules.transformer(), problems);
    JsonNode json = files.configJson();
    files.requireNone(directory.toString());
    EncoderFamily family =
        files.noted(() -> EncoderFamilies.of(json.path("model_type").asText("")));
    EncoderConfig config = family == null ? null : files.config(json, family::config);
    files.requireNone(directory.toString());
    try (WeightReader reader = files.reader(family.weightNames().prefix())) {
      files.requireNone(directory.toString());
      new EncoderArchitecture(config, family.weightNames(), reader).require();
      files.check(reader);
      files.requireNone(directory.toString());
      return read(config, family.weightNames(), reader);
    }
  }

  private static AttentionProjections read(
      EncoderConfig config, EncoderWeightNames names, WeightReader reader) {
    List<Layer> layers = new ArrayList<>();
    EncoderWeightNames.Layer layer = names.layer();
    for (int i = 0; i < config.layers(); i++) {
      String at = names.layers() + i + ".";
      float[][] output = matrix(reader, at + layer.output());
      float[][] query = matrix(reader, at + layer.query());
      if (layer.key().isEmpty()) { // one matrix holds all three
        int third = query.length / 3;
        layers.add(
            new Layer(
                rows(query, 0, third),
                rows(query, third, 2 * third),
                rows(query, 2 * third, 3 * third),
                output));
      } else {
        float[][] key = matrix(reader, at + layer.key());
        layers.add(new Layer(query, key, matrix(reader, at + layer.value()), output));
      }
    }
    float[][] words = matrix(reader, names.words());
    return new AttentionProjections(config.heads(), List.copyOf(layers), words, words);
  }

  private static float[][] rows(float[][] all, int from, int to) {
    return Arrays.copyOfRange(all, from, to);
  }

  /** The rows of a matrix as it is stored, without {@code .weight} in its name. */
  public static float[][] matrix(WeightReader reader, String name) {
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        NDArray array = reader.create(scope, name + ".weight")) { // (rows, columns)
      float[] all = array.toFloatArray();
      int columns = (int) array.getShape().get(1);
      float[][] rows = new float[(int) array.getShape().get(0)][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = Arrays.copyOfRange(all, i * columns, (i + 1) * columns);
      }
      return rows;
    }
  }
}
