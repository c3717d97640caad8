package io.sparkattention.model;

import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokens;
import io.sparkattention.weights.SafetensorsStore;
import io.sparkattention.weights.WeightStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** A tiny random checkpoint with what transformers gave for it; see {@code src/test/golden}. */
final class Golden implements AutoCloseable {

  private static final Path ROOT = Path.of("src", "test", "resources", "golden");

  /** Runs the forward passes of all tests: libtorch keeps memory for every thread that infers. */
  static final ExecutorService POOL =
      Executors.newFixedThreadPool(
          2,
          task -> {
            Thread thread = new Thread(task, "inference");
            thread.setDaemon(true);
            return thread;
          });

  private final WeightStore expected;

  private Golden(WeightStore expected) {
    this.expected = expected;
  }

  /** The directory of a checkpoint. */
  static Path directory(String name) {
    return ROOT.resolve(name);
  }

  /** The names of all checkpoints whose expectations have a tensor that begins so. */
  static List<String> namesWith(String tensorPrefix) {
    try (Stream<Path> directories = Files.list(ROOT)) {
      return directories
          .filter(
              each ->
                  Files.exists(each.resolve("model.safetensors"))
                      || Files.exists(each.resolve("model.safetensors.index.json")))
          .filter(each -> Files.exists(each.resolve("expected.safetensors")))
          .map(each -> each.getFileName().toString())
          .filter(name -> has(name, tensorPrefix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names of all checkpoints that have a file. */
  static List<String> namesWithFile(String file) {
    try (Stream<Path> directories = Files.list(ROOT)) {
      return directories
          .filter(each -> Files.exists(each.resolve(file)))
          .map(each -> each.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean has(String name, String tensorPrefix) {
    try (Golden golden = open(name)) {
      return golden.expected.names().stream().anyMatch(each -> each.startsWith(tensorPrefix));
    }
  }

  static Golden open(String name) {
    try {
      return new Golden(SafetensorsStore.open(directory(name).resolve("expected.safetensors")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loads a checkpoint. */
  static LoadedModel load(String name) {
    return load(name, ModelSpec.of(name));
  }

  static LoadedModel load(String name, ModelSpec spec) {
    return LoadedModel.load(directory(name), spec, POOL);
  }

  /** The sequences of the padded batch that transformers read. */
  List<Tokens> sequences() {
    long[] ids = longs("input_ids");
    long[] mask = longs("attention_mask");
    long[] types =
        expected.names().contains("token_type_ids")
            ? longs("token_type_ids")
            : new long[ids.length];
    long[] shape = expected.info("input_ids").shape();
    List<Tokens> sequences = new ArrayList<>();
    for (int b = 0; b < shape[0]; b++) {
      int from = (int) (b * shape[1]);
      int length = 0;
      while (length < shape[1] && mask[from + length] == 1) {
        length++;
      }
      int[] sequence = new int[length];
      int[] type = new int[length];
      for (int t = 0; t < length; t++) {
        sequence[t] = (int) ids[from + t];
        type[t] = (int) types[from + t];
      }
      sequences.add(new Tokens(sequence, type, new int[length], new int[length]));
    }
    return sequences;
  }

  TokenBatch batch() {
    return TokenBatch.of(sequences());
  }

  float[] floats(String tensor) {
    ByteBuffer bytes = expected.bytes(tensor);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  long[] longs(String tensor) {
    ByteBuffer bytes = expected.bytes(tensor);
    long[] values = new long[bytes.remaining() / Long.BYTES];
    bytes.asLongBuffer().get(values);
    return values;
  }

  @Override
  public void close() {
    expected.close();
  }
}
