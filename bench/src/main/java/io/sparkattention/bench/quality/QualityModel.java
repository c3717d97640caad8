package io.sparkattention.bench.quality;

import ai.djl.Device;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.weights.KnownModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * A known model on two threads. Environment variables say which one: {@code MODEL} names it (minilm
 * if it is not set), {@code DTYPE} is its precision (fp32) and {@code DEVICE} where it runs (cpu).
 */
final class QualityModel implements AutoCloseable {

  private static final String NAME = System.getenv().getOrDefault("MODEL", "minilm");
  private static final String DTYPE = System.getenv().getOrDefault("DTYPE", "fp32");
  private static final String DEVICE = System.getenv().getOrDefault("DEVICE", "cpu");

  private final ExecutorService inference = Executors.newFixedThreadPool(2);
  private final LoadedModel model;

  QualityModel(Path cache) throws IOException {
    this(cache, "dense", 0);
  }

  /**
   * One that reads by another attention.
   *
   * @param maxTokens the longest sequence, with tiled positions beyond the model's; 0 for the
   *     model's own
   */
  QualityModel(Path cache, String attention, int maxTokens) throws IOException {
    Path directory = KnownModels.named(NAME).materialize(cache);
    ModelSpec spec =
        ModelSpec.of(NAME)
            .withDtype(DTYPE)
            .withDevice(DEVICE)
            .withAttention(attention)
            .withMaxTokens(maxTokens);
    model = LoadedModel.load(directory, spec, inference);
  }

  /** The model's name, precision and device, as tables show them. */
  static String label() {
    return NAME + " in " + DTYPE + " on " + DEVICE;
  }

  /** Where it runs. */
  static Device device() {
    return TorchEngine.device(DEVICE);
  }

  LoadedModel model() {
    return model;
  }

  /** The passages of a collection that have so many tokens. */
  JudgedCollection ofLength(JudgedCollection collection, String other, int shortest, int longest) {
    Set<String> ids =
        collection.passages().stream()
            .filter(
                passage -> {
                  int tokens = model.tokenizer().encodeContentIds(passage.text()).length();
                  return tokens >= shortest && tokens <= longest;
                })
            .map(JudgedCollection.Passage::id)
            .collect(Collectors.toSet());
    return collection.only(other, ids);
  }

  @Override
  public void close() {
    model.close();
    inference.shutdown();
  }
}
