package io.sparkattention.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.sparkattention.attention.Attentions;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.SeamAttention;
import io.sparkattention.model.SequenceClassifier;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokens;
import io.sparkattention.weights.SafetensorsStore;
import io.sparkattention.weights.WeightStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Cross-encoder pairs per second on a GPU, host-to-device copies and read-out included, beside the
 * peers of {@code bench/peers/gpu_pairs.py} on the same checkpoints and batches.
 *
 * <p>{@code java io.sparkattention.bench.GpuPairs DIR [device [dtypes]]}
 */
public final class GpuPairs {

  private static final int REPEATS = 30;
  private static final int WARM = 5;
  private static final int STREAMED = 12;

  private final Path directory;
  private final String device;

  private GpuPairs(Path directory, String device) {
    this.directory = directory;
    this.device = device;
  }

  /** Prints a line of JSON for each model, batch, precision and style. */
  public static void main(String[] arguments) throws Exception {
    Attentions.REGISTRY.add("seam", SeamAttention.class);
    String device = arguments.length > 1 ? arguments[1] : "gpu";
    String dtypes = arguments.length > 2 ? arguments[2] : "bf16,fp16";
    GpuPairs bench = new GpuPairs(Path.of(arguments[0]), device);
    System.out.println("{\"engine\": \"" + TorchEngine.engine() + "\"}");
    for (String model : List.of("minilm-l6", "bert-base")) {
      for (String dtype : dtypes.split(",")) {
        for (String attention : List.of("dense", "seam")) {
          bench.run(model, dtype, attention);
        }
      }
    }
  }

  private void run(String name, String dtype, String attention) throws Exception {
    long before = usedMebibytes();
    ExecutorService inference = Executors.newFixedThreadPool(2);
    ModelSpec spec = new ModelSpec(name, attention, dtype, device, 0, "");
    try (LoadedModel model = LoadedModel.load(directory.resolve(name), spec, inference)) {
      SequenceClassifier classifier = model.classifier();
      for (String batchName : List.of("short", "long")) {
        TokenBatch batch = batch(batchName);
        float[] expected = expected(name, batchName);
        double[] error = error(one(model, classifier, batch), expected);
        double single = median(() -> one(model, classifier, batch));
        List<Tokens> stream = new ArrayList<>();
        for (int i = 0; i < STREAMED; i++) {
          stream.addAll(sequences(batch));
        }
        double streamed = median(() -> classifier.logits(stream)) / STREAMED;
        System.out.printf(
            Locale.ROOT,
            "{\"model\": \"%s\", \"batch\": \"%s\", \"dtype\": \"%s\", \"attention\": \"%s\","
                + " \"one_batch_pairs_per_s\": %.0f, \"streamed_pairs_per_s\": %.0f,"
                + " \"error_mean\": %.3g, \"error_max\": %.3g}%n",
            name,
            batchName,
            dtype,
            attention,
            batch.size() / single,
            batch.size() / streamed,
            error[0],
            error[1]);
      }
    } finally {
      inference.shutdown();
    }
    JniUtils.emptyCudaCache();
    System.out.printf(
        "{\"device_mib_before\": %d, \"device_mib_after_close\": %d}%n", before, usedMebibytes());
  }

  private static List<float[]> one(
      LoadedModel model, SequenceClassifier classifier, TokenBatch batch) {
    try (NDManager scope = model.owner().newSubManager()) {
      return classifier.logits(scope, batch);
    }
  }

  private static double[] error(List<float[]> logits, float[] expected) {
    double sum = 0;
    double max = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(logits.get(i)[0] - expected[i]);
      sum += difference;
      max = Math.max(max, difference);
    }
    return new double[] {sum / expected.length, max};
  }

  private static double median(Runnable call) {
    double[] seconds = new double[REPEATS];
    for (int i = -WARM; i < REPEATS; i++) {
      long start = System.nanoTime();
      call.run();
      if (i >= 0) {
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
    }
    Arrays.sort(seconds);
    return seconds[REPEATS / 2];
  }

  private TokenBatch batch(String name) throws IOException {
    try (WeightStore store =
        SafetensorsStore.open(directory.resolve("batch-" + name + ".safetensors"))) {
      return new TokenBatch(ints(store.bytes("ids")), null, ints(store.bytes("offsets")));
    }
  }

  private float[] expected(String model, String batch) throws IOException {
    String file = "logits-" + model + "-" + batch + ".safetensors";
    try (WeightStore store = SafetensorsStore.open(directory.resolve(file))) {
      ByteBuffer bytes = store.bytes("logits");
      float[] logits = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(logits);
      return logits;
    }
  }

  private static int[] ints(ByteBuffer bytes) {
    int[] values = new int[bytes.remaining() / Integer.BYTES];
    bytes.asIntBuffer().get(values);
    return values;
  }

  private static List<Tokens> sequences(TokenBatch batch) {
    List<Tokens> sequences = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      int[] ids = Arrays.copyOfRange(batch.ids(), batch.offsets()[i], batch.offsets()[i + 1]);
      int[] zeros = new int[ids.length];
      sequences.add(new Tokens(ids, zeros, zeros, zeros));
    }
    return Collections.unmodifiableList(sequences);
  }

  private long usedMebibytes() throws IOException {
    if (!device.startsWith("gpu")) {
      return 0;
    }
    Process process =
        new ProcessBuilder("nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits")
            .start();
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return Long.parseLong(text.lines().findFirst().orElse("0").strip());
  }
}
