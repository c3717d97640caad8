package io.sparkattention.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.attention.Attention;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.Precision;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokens;
import io.sparkattention.weights.WeightReader;
import io.sparkattention.weights.WeightStores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The encoder of a golden checkpoint with any mechanism, registered or not. */
final class TinyEncoder implements AutoCloseable {

  private final LayerOperators operators;
  private final PostNormEncoder encoder;

  private TinyEncoder(LayerOperators operators, PostNormEncoder encoder) {
    this.operators = operators;
    this.encoder = encoder;
  }

  static TinyEncoder open(String name, Attention attention, Precision precision, int maxTokens) {
    try {
      JsonNode file =
          new ObjectMapper().readTree(Golden.directory(name).resolve("config.json").toFile());
      EncoderFamily family = EncoderFamilies.of(file.path("model_type").asText());
      ConfigJson json = new ConfigJson(file);
      EncoderConfig config = family.config(json);
      LayerOperators operators = LayerOperators.load(Device.cpu(), precision, config.activation());
      try (WeightReader reader =
          new WeightReader(
              WeightStores.withoutPrefix(
                  WeightStores.open(Golden.directory(name)), family.weightNames().prefix()))) {
        EncoderWeights weights =
            new EncoderLoader(config, family.weightNames(), reader)
                .load(TorchEngine.newManager(Device.cpu()), operators);
        return new TinyEncoder(
            operators, new PostNormEncoder(config, weights, operators, attention, maxTokens));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Encoder encoder() {
    return encoder;
  }

  /** The activations of each sequence, (T, hidden) flat. */
  List<float[]> encode(List<Tokens> sequences, AttentionProbe... probes) {
    TokenBatch batch = TokenBatch.of(sequences);
    try (NDManager scope = encoder.owner().newSubManager()) {
      NDArray hidden = encoder.encode(scope, batch, List.of(probes)); // (N, hidden)
      float[] flat = operators.toFloat32(scope, hidden).toFloatArray();
      int columns = flat.length / batch.tokens();
      List<float[]> each = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        each.add(
            Arrays.copyOfRange(
                flat, batch.offsets()[i] * columns, batch.offsets()[i + 1] * columns));
      }
      return each;
    }
  }

  @Override
  public void close() {
    encoder.close();
    operators.close();
  }
}
