package io.sparkattention.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.text.BatchPlanner;
import io.sparkattention.text.Sentence;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.TokenBudget;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import io.sparkattention.weights.KnownModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * MiniLM on a CPU beside ONNX Runtime, interleaved in one run, tokenization and pooling included:
 * real sentences of the example corpus, and full rectangles.
 *
 * <p>{@code java -Dai.djl.pytorch.num_threads=1 io.sparkattention.bench.CpuEmbeddings CORPUS CACHE
 * [threads [workload]]} with a workload of {@code sentences}, {@code 32x128} or {@code 8x512}, or
 * all of them
 */
public final class CpuEmbeddings {

  private static final int SENTENCES = 640;
  private static final int REPEATS = 5;
  private static final int BATCH_TOKENS = 4096;

  /** The positions of the model, twice as many as its directory asks for. */
  private static final int LONGEST = 512;

  /** Text that is decoded and read again may have a few tokens more. */
  private static final int MARGIN = 16;

  private static final String INT8_GRAPH = "all-minilm-l6-v2-q.onnx";

  private final Tokenizer tokenizer;
  private final Map<String, OnnxEmbedder> onnx = new LinkedHashMap<>();
  private final Map<String, LoadedModel> models = new LinkedHashMap<>();

  private CpuEmbeddings(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Prints a table for each workload. */
  public static void main(String[] arguments) throws Exception {
    Path corpus = Path.of(arguments[0]);
    Path directory = KnownModels.named("minilm").materialize(Path.of(arguments[1]));
    int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
    ExecutorService inference = Executors.newFixedThreadPool(threads);
    CpuEmbeddings bench = new CpuEmbeddings(Tokenizer.open(directory));
    bench.onnx.put(
        "ONNX Runtime fp32",
        new OnnxEmbedder(Files.readAllBytes(directory.resolve("model.onnx")), threads));
    bench.onnx.put("ONNX Runtime int8", new OnnxEmbedder(int8Graph(), threads));
    for (String dtype : List.of("fp32", "bf16")) {
      ModelSpec spec = new ModelSpec("minilm", "dense", dtype, "cpu", LONGEST, "");
      bench.models.put(dtype, LoadedModel.load(directory, spec, inference));
    }
    try {
      List<String> sentences = sentences(corpus.resolve("speeches.jsonl"));
      String workload = arguments.length > 3 ? arguments[3] : "all";
      if (workload.matches("all|sentences")) {
        bench.compareSentences(sentences);
      }
      if (workload.matches("all|32x128")) {
        bench.compareRectangle(sentences, 32, 128);
      }
      if (workload.matches("all|8x512")) {
        bench.compareRectangle(sentences, 8, LONGEST);
      }
    } finally {
      bench.models.values().forEach(LoadedModel::close);
      inference.shutdown();
    }
  }

  private static byte[] int8Graph() throws IOException {
    try (InputStream in = CpuEmbeddings.class.getResourceAsStream("/" + INT8_GRAPH)) {
      return in.readAllBytes();
    }
  }

  private static List<String> sentences(Path speeches) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> sentences = new ArrayList<>();
    try (Stream<String> lines = Files.lines(speeches)) {
      for (String line : (Iterable<String>) lines::iterator) {
        SentenceSplitters.byLanguage().split(json.readTree(line).path("text").asText()).stream()
            .map(Sentence::text)
            .forEach(sentences::add);
      }
    }
    int step = Math.max(1, sentences.size() / SENTENCES);
    return IntStream.range(0, SENTENCES).mapToObj(i -> sentences.get(i * step)).toList();
  }

  private void compareSentences(List<String> sentences) throws Exception {
    List<Tokens> tokens = tokenizer.encodeAll(sentences);
    long count = tokens.stream().mapToLong(Tokens::length).sum();
    Map<String, Callable<float[][]>> styles = new LinkedHashMap<>();
    onnx.forEach(
        (name, embedder) -> {
          styles.put(name + ", sorted batches", () -> sorted(embedder, sentences));
          styles.put(name + ", input order, 64 padded", () -> unsorted(embedder, sentences));
        });
    models.forEach(
        (dtype, model) -> styles.put("Spark Attention " + dtype, () -> ours(model, sentences)));
    run(sentences.size() + " sentences", styles, count, "ONNX Runtime fp32, sorted batches");
  }

  /** Sequences of nearly one length: hardly any padding, so that it is the model that counts. */
  private void compareRectangle(List<String> sentences, int rows, int columns) throws Exception {
    Tokens text = tokenizer.encodeContent(String.join(" ", sentences));
    List<Tokens> sequences = new ArrayList<>();
    for (int i = 0; i < 2 * rows; i++) {
      int from = i * 53 % (text.length() - columns);
      sequences.add(tokenizer.template().frame(text.slice(from, from + columns - MARGIN)));
    }
    List<String> texts = sequences.stream().map(each -> tokenizer.decode(each.ids())).toList();
    Map<String, Callable<float[][]>> styles = new LinkedHashMap<>();
    onnx.forEach((name, embedder) -> styles.put(name, () -> sorted(embedder, texts)));
    models.forEach(
        (dtype, model) -> styles.put("Spark Attention " + dtype, () -> ours(model, texts)));
    long count = tokenizer.encodeAll(texts).stream().mapToLong(Tokens::length).sum();
    run(rows + " x " + columns, styles, count, "ONNX Runtime fp32");
  }

  private float[][] sorted(OnnxEmbedder embedder, List<String> texts) {
    List<Tokens> tokens = tokenizer.encodeAll(texts);
    int[] lengths = tokens.stream().mapToInt(Tokens::length).toArray();
    float[][] vectors = new float[texts.size()][];
    for (int[] rows : BatchPlanner.plan(lengths, TokenBudget.padded(BATCH_TOKENS))) {
      List<Tokens> batch = Arrays.stream(rows).mapToObj(tokens::get).toList();
      float[][] some = embedder.embed(TokenBatch.of(batch));
      for (int i = 0; i < rows.length; i++) {
        vectors[rows[i]] = some[i];
      }
    }
    return vectors;
  }

  private float[][] unsorted(OnnxEmbedder embedder, List<String> texts) {
    float[][] vectors = new float[texts.size()][];
    for (int from = 0; from < texts.size(); from += 64) {
      int to = Math.min(texts.size(), from + 64);
      float[][] some = embedder.embed(TokenBatch.of(tokenizer.encodeAll(texts.subList(from, to))));
      System.arraycopy(some, 0, vectors, from, some.length);
    }
    return vectors;
  }

  private static float[][] ours(LoadedModel model, List<String> texts) {
    return model.embedder().embed(texts, Role.SYMMETRIC).stream()
        .map(Embedding::vector)
        .toArray(float[][]::new);
  }

  private static void run(
      String workload, Map<String, Callable<float[][]>> styles, long tokens, String reference)
      throws Exception {
    Map<String, double[]> seconds = new LinkedHashMap<>();
    Map<String, float[][]> vectors = new LinkedHashMap<>();
    for (int i = -1; i < REPEATS; i++) {
      for (Map.Entry<String, Callable<float[][]>> style : styles.entrySet()) {
        long start = System.nanoTime();
        vectors.put(style.getKey(), style.getValue().call());
        if (i >= 0) {
          seconds.computeIfAbsent(style.getKey(), key -> new double[REPEATS])[i] =
              (System.nanoTime() - start) / 1e9;
        }
      }
    }
    System.out.printf("%n%s, %d tokens, median of %d%n", workload, tokens, REPEATS);
    double base = median(seconds.get(reference));
    for (String style : styles.keySet()) {
      double time = median(seconds.get(style));
      System.out.printf(
          Locale.ROOT,
          "  %-46s %8.0f tokens/s  %5.2f x  lowest cosine %.6f%n",
          style,
          tokens / time,
          base / time,
          lowestCosine(vectors.get(style), vectors.get(reference)));
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double lowestCosine(float[][] a, float[][] b) {
    double lowest = 1;
    for (int i = 0; i < a.length; i++) {
      double dot = 0;
      for (int k = 0; k < a[i].length; k++) {
        dot += (double) a[i][k] * b[i][k];
      }
      lowest = Math.min(lowest, dot);
    }
    return lowest;
  }
}
