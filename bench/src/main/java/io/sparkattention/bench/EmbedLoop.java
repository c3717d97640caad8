package io.sparkattention.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.weights.KnownModels;
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
 * The bare loop that an embed job is measured against: the texts of a JSON-lines file through
 * MiniLM on the CPU, tokenization included.
 *
 * <p>{@code java io.sparkattention.bench.EmbedLoop DOCUMENTS.jsonl CACHE [threads]}
 */
public final class EmbedLoop {

  private EmbedLoop() {}

  /** Prints the seconds of one pass over the documents, after a short warm-up. */
  public static void main(String[] arguments) throws IOException {
    Path directory = KnownModels.named("minilm").materialize(Path.of(arguments[1]));
    int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
    ExecutorService inference = Executors.newFixedThreadPool(threads);
    List<String> texts = texts(Path.of(arguments[0]));
    try (LoadedModel model = LoadedModel.load(directory, ModelSpec.of("minilm"), inference)) {
      model.embedder().embed(texts.subList(0, Math.min(500, texts.size())), Role.PASSAGE);
      long start = System.nanoTime();
      long tokens =
          model.embedder().embed(texts, Role.PASSAGE).stream().mapToLong(e -> e.tokens()).sum();
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "bare loop: %d documents, %d tokens in %.1f s%n",
          texts.size(),
          tokens,
          seconds);
    } finally {
      inference.shutdown();
    }
  }

  private static List<String> texts(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> texts = new ArrayList<>();
    try (Stream<String> lines = Files.lines(file)) {
      for (String line : (Iterable<String>) lines::iterator) {
        texts.add(json.readTree(line).path("text").asText());
      }
    }
    return texts;
  }
}
