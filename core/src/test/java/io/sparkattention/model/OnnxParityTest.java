package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokens;
import io.sparkattention.weights.KnownModels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real weights against ONNX Runtime: activations after the last layer and weights of every layer. */
class OnnxParityTest {

  private static final double HIDDEN_TOLERANCE = 1e-4;
  private static final double WEIGHTS_TOLERANCE = 1e-5;
  private static final long SEED = 20240607;

  @TempDir static Path cache;

  private static TokenBatch batch(Random random, int... lengths) {
    List<Tokens> sequences = new ArrayList<>();
    for (int length : lengths) {
      int[] ids = random.ints(length, 1000, 30_000).toArray();
      ids[0] = 101;
      ids[length - 1] = length == 1 ? 101 : 102;
      sequences.add(new Tokens(ids, new int[length], new int[length], new int[length]));
    }
    return TokenBatch.of(sequences);
  }

  private static List<TokenBatch> batches() {
    Random random = new Random(SEED);
    return List.of(
        batch(random, 1),
        batch(random, 7),
        batch(random, 128),
        batch(random, 512),
        batch(random, 12, 12, 33, 1, 128, 5, 77),
        batch(random, 512, 300, 20));
  }

  @ParameterizedTest
  @ValueSource(strings = {"minilm", "bge-small", "e5-small"})
  void equalsOnnxRuntime(String name) throws Exception {
    Path directory = KnownModels.named(name).materialize(cache);
    ExecutorService inference = Executors.newSingleThreadExecutor();
    try (LoadedModel model = LoadedModel.load(directory, ModelSpec.of(name), inference);
        OnnxReference reference =
            new OnnxReference(directory.resolve("model.onnx"), model.encoder().config().layers())) {
      for (TokenBatch batch : batches()) {
        OnnxReference.Outputs expected = reference.run(batch);
        WeightsProbe probe = new WeightsProbe();
        try (NDManager scope = model.owner().newSubManager()) {
          NDArray fused = model.encoder().encode(scope, batch, List.of());
          assertThat(hiddenError(batch, fused.toFloatArray(), expected.hidden()))
              .as("hidden state of %s, %s, fused", name, batch)
              .isLessThan(HIDDEN_TOLERANCE);
          NDArray watched = model.encoder().encode(scope, batch, List.of(probe));
          assertThat(hiddenError(batch, watched.toFloatArray(), expected.hidden()))
              .as("hidden state of %s, %s, watched", name, batch)
              .isLessThan(HIDDEN_TOLERANCE);
        }
        for (int layer = 0; layer < expected.weights().length; layer++) {
          assertThat(weightsError(batch, probe.weights.get(layer), expected.weights()[layer]))
              .as("attention weights of %s, %s, layer %d", name, batch, layer)
              .isLessThan(WEIGHTS_TOLERANCE);
        }
      }
    } finally {
      inference.shutdown();
    }
  }

  private static double hiddenError(TokenBatch batch, float[] packed, float[] padded) {
    int columns = packed.length / batch.tokens();
    double error = 0;
    for (int i = 0; i < batch.size(); i++) {
      for (int j = 0; j < batch.length(i) * columns; j++) {
        double difference =
            packed[batch.offsets()[i] * columns + j] - padded[i * batch.longest() * columns + j];
        error = worse(error, difference);
      }
    }
    return error;
  }

  private static double weightsError(TokenBatch batch, float[] actual, float[] expected) {
    int longest = batch.longest();
    int heads = expected.length / (batch.size() * longest * longest);
    double error = 0;
    for (int i = 0; i < batch.size(); i++) {
      for (int h = 0; h < heads; h++) {
        for (int t = 0; t < batch.length(i); t++) {
          for (int s = 0; s < longest; s++) {
            int at = ((i * heads + h) * longest + t) * longest + s;
            error = worse(error, actual[at] - expected[at]);
          }
        }
      }
    }
    return error;
  }

  private static double worse(double error, double difference) {
    return Double.isNaN(difference)
        ? Double.POSITIVE_INFINITY
        : Math.max(error, Math.abs(difference));
  }

  /** Keeps the weights of every layer. */
  private static final class WeightsProbe implements AttentionProbe {
    final List<float[]> weights = new ArrayList<>();

    @Override
    public void observe(AttentionInput input, Attended attended) {
      int queries = (int) input.query().getShape().get(2);
      weights.add(attended.weights(0, queries).toFloatArray());
    }
  }
}
