package io.sparkattention.bench.quality;

import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.weights.KnownModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * A known model on two threads of the CPU. The environment variable {@code DTYPE} sets its
 * precision, fp32 if it is not set.
 */
final class QualityModel implements AutoCloseable {

  private static final String DTYPE = System.getenv().getOrDefault("DTYPE", "fp32");

  private final ExecutorService inference = Executors.newFixedThreadPool(2);
  private final LoadedModel model;

  QualityModel(String name, Path cache) throws IOException {
    Path directory = KnownModels.named(name).materialize(cache);
    model = LoadedModel.load(directory, ModelSpec.of(name).withDtype(DTYPE), inference);
  }

  /** The model's name and precision, as tables show them. */
  static String label(String name) {
    return name + " in " + DTYPE;
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
