package io.sparkattention.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.SequenceClassifier;
import io.sparkattention.text.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * The bare loop that a rerank job is measured against: the pairs of a JSON-lines file, tokenized
 * beforehand, through the cross-encoder.
 *
 * <p>{@code java io.sparkattention.bench.RerankLoop MODEL PAIRS.jsonl device dtype}
 */
public final class RerankLoop {

  private static final int REPEATS = 4;

  private RerankLoop() {}

  /** Prints pairs per second of each repetition; the first one warms up. */
  public static void main(String[] arguments) throws IOException {
    ExecutorService inference = Executors.newFixedThreadPool(2);
    ModelSpec spec = new ModelSpec(arguments[0], "dense", arguments[3], arguments[2], 0, "");
    try (LoadedModel model = LoadedModel.load(Path.of(arguments[0]), spec, inference)) {
      List<Tokens> pairs = pairs(model, Path.of(arguments[1]));
      long tokens = pairs.stream().mapToLong(Tokens::length).sum();
      SequenceClassifier classifier = model.classifier();
      for (int i = 0; i < REPEATS; i++) {
        long start = System.nanoTime();
        classifier.logits(pairs);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "bare loop, %d pairs of %.1f tokens: %.0f pairs/s%n",
            pairs.size(),
            (double) tokens / pairs.size(),
            pairs.size() / seconds);
      }
    } finally {
      inference.shutdown();
    }
  }

  private static List<Tokens> pairs(LoadedModel model, Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Tokens> pairs = new ArrayList<>();
    try (Stream<String> lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines::iterator) {
        JsonNode pair = json.readTree(line);
        pairs.add(
            model.tokenizer().encodePair(pair.path("query").asText(), pair.path("text").asText()));
      }
    }
    return pairs;
  }
}
