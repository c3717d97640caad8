package io.sparkattention.model;

import static io.sparkattention.Tolerances.assertClose;
import static io.sparkattention.tensor.Precision.FP32;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every family against transformers: layer by layer, attention weights, and heads. */
class GoldenEncoderTest {

  /** Whole models, on numbers of about 1. */
  private static final double TOLERANCE = 1e-4;

  static List<String> encoders() {
    return Golden.namesWith("hidden_states.");
  }

  static List<String> classifiers() {
    return Golden.namesWith("logits");
  }

  static List<String> maskedLms() {
    return Golden.namesWith("mlm_logits.");
  }

  static List<String> sentenceModels() {
    return Golden.namesWithFile("sentences.expected.json");
  }

  static List<String> crossEncoders() {
    return Golden.namesWithFile("pairs.expected.json");
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void hiddenStatesOfEveryLayer(String name) {
    try (Golden golden = Golden.open(name);
        LoadedModel model = Golden.load(name);
        NDManager scope = model.owner().newSubManager()) {
      TokenBatch batch = golden.batch();
      List<NDArray> states = model.encoder().hiddenStates(scope, batch);
      for (int layer = 0; layer < states.size(); layer++) {
        float[] packed = states.get(layer).toFloatArray();
        int columns = packed.length / batch.tokens();
        for (int b = 0; b < batch.size(); b++) {
          float[] actual =
              Arrays.copyOfRange(
                  packed, batch.offsets()[b] * columns, batch.offsets()[b + 1] * columns);
          String tensor = "hidden_states." + layer + "." + b;
          assertClose(actual, golden.floats(tensor), TOLERANCE, name + " " + tensor);
        }
      }
      assertThat(states).hasSize(model.encoder().config().layers() + 1);
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void attentionWeightsOfEveryLayer(String name) {
    try (Golden golden = Golden.open(name);
        LoadedModel model = Golden.load(name)) {
      List<Tokens> sequences = golden.sequences();
      for (int b = 0; b < sequences.size(); b++) {
        List<float[]> weights = new ArrayList<>();
        AttentionProbe probe =
            (AttentionInput input, Attended attended) ->
                weights.add(
                    attended.weights(0, (int) input.query().getShape().get(2)).toFloatArray());
        try (NDManager scope = model.owner().newSubManager()) {
          model.encoder().encode(scope, TokenBatch.of(sequences.subList(b, b + 1)), List.of(probe));
        }
        assertThat(weights).hasSize(model.encoder().config().layers());
        for (int layer = 0; layer < weights.size(); layer++) {
          String tensor = "attentions." + layer + "." + b;
          assertClose(weights.get(layer), golden.floats(tensor), 1e-5, name + " " + tensor);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"big_bird", "longformer", "modernbert"})
  void anyMechanismButDenseTakesThePlaceOfTrainedOnes(String name) {
    ModelSpec spec = ModelSpec.of(name);
    float[] trained = encoded(name, spec);
    float[] whole = encoded(name, spec.withAttention("eager"));
    assertThat(whole).isNotEqualTo(trained);
    float[] chunked = encoded(name, spec.withAttention("chunked:chunk=5"));
    assertClose(chunked, whole, TOLERANCE, name);
    assertThat(encoded(name, spec.withAttention("sink-window:sinks=1,window=5")))
        .isNotIn(trained, whole);
  }

  private static float[] encoded(String name, ModelSpec spec) {
    try (Golden golden = Golden.open(name);
        LoadedModel model = Golden.load(name, spec);
        NDManager scope = model.owner().newSubManager()) {
      NDArray hidden = model.encoder().encode(scope, golden.batch(), List.of()); // (N, hidden)
      return AttentionArrays.on(scope).cast(scope, hidden, FP32).toFloatArray();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bf16", "fp16"})
  void halfPrecisionIsAsCloseToFloat32AsThatOfTransformers(String dtype) {
    int compared = 0;
    for (Map.Entry<String, Double> theirs : HalfPrecision.distances(dtype).entrySet()) {
      String name = theirs.getKey().substring(0, theirs.getKey().lastIndexOf('.'));
      if (!encoders().contains(name)) {
        continue; // a model that generates
      }
      ModelSpec exact = ModelSpec.of(name);
      float[] ours = encoded(name, exact.withDtype(dtype));
      assertThat(HalfPrecision.distance(ours, encoded(name, exact)))
          .as("distance of %s from float32 in %s", name, dtype)
          .isLessThan(HalfPrecision.RATIO * theirs.getValue());
      compared++;
    }
    assertThat(compared).isGreaterThan(5);
  }

  @ParameterizedTest
  @MethodSource("classifiers")
  void classificationLogits(String name) {
    try (Golden golden = Golden.open(name);
        LoadedModel model = Golden.load(name)) {
      List<float[]> logits = model.classifier().logits(golden.sequences());
      float[] expected = golden.floats("logits");
      int labels = expected.length / logits.size();
      for (int b = 0; b < logits.size(); b++) {
        float[] row = Arrays.copyOfRange(expected, b * labels, (b + 1) * labels);
        assertClose(logits.get(b), row, TOLERANCE, name + " logits of sequence " + b);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("maskedLms")
  void maskedLanguageModelLogits(String name) {
    try (Golden golden = Golden.open(name);
        LoadedModel model = Golden.load(name)) {
      TokenBatch batch = golden.batch();
      List<float[]> logits = model.maskedLm().logits(batch);
      for (int b = 0; b < batch.size(); b++) {
        float[] expected = golden.floats("mlm_logits." + b);
        int vocabulary = expected.length / batch.length(b);
        for (int t = 0; t < batch.length(b); t++) {
          float[] row = Arrays.copyOfRange(expected, t * vocabulary, (t + 1) * vocabulary);
          float[] actual = logits.get(batch.offsets()[b] + t);
          assertClose(actual, row, 3e-4, name + " logits of token " + t + " of " + b);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sentenceModels")
  void sentenceEmbeddings(String name) throws IOException {
    int compared = 0;
    try (LoadedModel model = Golden.load(name)) {
      for (JsonNode each : json(name, "sentences.expected.json")) {
        TextEmbedder.Role role =
            switch (each.path("prompt").asText("")) {
              case "query" -> TextEmbedder.Role.QUERY;
              case "document", "passage" -> TextEmbedder.Role.PASSAGE;
              default -> TextEmbedder.Role.SYMMETRIC;
            };
        TextEmbedder.Embedding embedding =
            model.embedder().embed(List.of(each.path("text").asText()), role).get(0);
        if (embedding.chunks() > 1) {
          continue; // the reference cut this text, which is read in chunks here
        }
        float[] expected = floats(each.path("embedding"));
        assertClose(embedding.vector(), expected, TOLERANCE, name + ": " + each.path("text"));
        compared++;
      }
    }
    assertThat(compared).as("sentences of %s that fit", name).isPositive();
  }

  @ParameterizedTest
  @MethodSource("crossEncoders")
  void crossEncoderScores(String name) throws IOException {
    int compared = 0;
    try (LoadedModel model = Golden.load(name)) {
      for (JsonNode each : json(name, "pairs.expected.json")) {
        PairScorer.Pair pair =
            new PairScorer.Pair(each.path("query").asText(), each.path("passage").asText());
        PairScorer.Score score = model.pairScorer().score(List.of(pair)).get(0);
        if (score.chunks() > 1 || score.truncated()) {
          continue; // the reference cut this pair, which is read in chunks here
        }
        float[] expected = {(float) each.path("score").asDouble()};
        assertClose(new float[] {score.value()}, expected, TOLERANCE, name + ": " + pair);
        compared++;
      }
    }
    assertThat(compared).as("pairs of %s that fit", name).isPositive();
  }

  private static JsonNode json(String name, String file) throws IOException {
    return new ObjectMapper().readTree(Golden.directory(name).resolve(file).toFile());
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }
}
