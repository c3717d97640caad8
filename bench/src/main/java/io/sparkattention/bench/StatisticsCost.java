package io.sparkattention.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.text.Tokens;
import io.sparkattention.weights.KnownModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What statistics of attention cost beside the plain forward pass over the same document,
 * interleaved, and how much memory the process takes, up to one document of 32,768 tokens.
 *
 * <p>{@code java io.sparkattention.bench.StatisticsCost CORPUS MODEL|CACHE tokens,tokens [device]
 * [dtype] [attention]}
 */
public final class StatisticsCost {

  private static final List<String> STATISTICS =
      List.of("entropy", "sink-rate", "mean-distance", "received-attention");

  private StatisticsCost() {}

  /** Prints a line for each length. */
  public static void main(String[] arguments) throws Exception {
    Path model = Path.of(arguments[1]);
    Path directory =
        Files.exists(model.resolve("config.json"))
            ? model
            : KnownModels.named("minilm").materialize(model);
    String device = arguments.length > 3 ? arguments[3] : "cpu";
    String dtype = arguments.length > 4 ? arguments[4] : "fp32";
    String attention = arguments.length > 5 ? arguments[5] : "dense";
    String text = text(Path.of(arguments[0]).resolve("speeches.jsonl"));
    for (String length : arguments[2].split(",")) {
      int tokens = Integer.parseInt(length);
      ModelSpec spec = new ModelSpec("minilm", attention, dtype, device, tokens, "");
      ExecutorService inference = Executors.newSingleThreadExecutor();
      try (LoadedModel loaded = LoadedModel.load(directory, spec, inference)) {
        measure(loaded, text, tokens);
      } finally {
        inference.shutdown();
      }
    }
  }

  private static void measure(LoadedModel model, String text, int tokens) throws IOException {
    Tokens content = model.tokenizer().encodeContent(text).slice(0, tokens - 2);
    int end = content.ends()[content.length() - 1];
    String document = text.substring(0, text.offsetByCodePoints(0, end));
    int read = model.tokenizer().encode(document).length();
    StatisticsExtractor extractor =
        new StatisticsExtractor(model.attentionReader(), StatisticsPlan.of(STATISTICS));
    boolean isLong = tokens > 8192; // takes minutes on a CPU: once, and nothing is left to warm up
    int repeats = isLong ? 1 : 7;
    double[] plain = new double[repeats];
    double[] watched = new double[repeats];
    for (int i = isLong ? 0 : -1; i < repeats; i++) {
      long start = System.nanoTime();
      model.embedder().embed(List.of(document), Role.SYMMETRIC);
      long middle = System.nanoTime();
      extractor.extract(List.of(document));
      long stop = System.nanoTime();
      if (i >= 0) {
        plain[i] = (middle - start) / 1e9;
        watched[i] = (stop - middle) / 1e9;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d tokens, %s: embedding %.3f s, with %s %.3f s, %.2f x; process peak %s MiB%n",
        read,
        model.spec().attention(),
        median(plain),
        String.join(" ", STATISTICS),
        median(watched),
        median(watched) / median(plain),
        peakMebibytes());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String peakMebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .map(String::valueOf)
        .findFirst()
        .orElse("unknown");
  }

  /** The longest speeches, one after the other. */
  private static String text(Path speeches) throws IOException {
    ObjectMapper json = new ObjectMapper();
    try (Stream<String> lines = Files.lines(speeches)) {
      return lines
          .map(
              line -> {
                try {
                  return json.readTree(line).path("text").asText();
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              })
          .sorted((a, b) -> b.length() - a.length())
          .limit(4)
          .collect(Collectors.joining("\n\n"));
    }
  }
}
