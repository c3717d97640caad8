package io.sparkattention.generate;

import ai.djl.Device;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.NativeRoom;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.tensor.GpuMemory;
import io.sparkattention.tensor.Precision;
import io.sparkattention.weights.CheckpointException;
import io.sparkattention.weights.WeightStore;
import io.sparkattention.weights.WeightStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * How many texts are continued at a time on a device. On a CPU whose memory is watched, the rows
 * fit into what is left beside the weights, since the process would be killed otherwise; on a GPU
 * they fit into what is free, and fewer go on where that was wrong.
 */
record GenerationRoom(GenerativeModel model, Optional<NativeRoom> watched, RowLimit limit) {

  private static final long MIB = 1L << 20;

  /** Native libraries, code and stacks. */
  private static final long PROCESS = 256 * MIB;

  /** What rows take where nobody watches. */
  private static final long UNWATCHED = 1024 * MIB;

  /** What rows take of a GPU that does not tell how much is free. */
  private static final long UNTOLD = 4096 * MIB;

  /** A process must have room for a text of so many tokens, if its model reads as many. */
  private static final int TEXT = 512;

  private static final int ROWS_OF_CPU = 16;
  private static final int ROWS_OF_GPU = 256;
  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");

  /**
   * The room beside a model that is loaded.
   *
   * @param gpus what GPUs have free
   */
  static GenerationRoom of(
      GenerativeModel model, ModelSpec spec, Optional<NativeRoom> watched, GpuMemory gpus) {
    Device device = model.owner().getDevice();
    long bytes =
        device.isGpu()
            ? ofGpu(device, gpus)
            : watched
                .map(room -> left(room, weights(model.directory(), spec).orElse(0)))
                .orElse(UNWATCHED);
    long kept = model.keepUpTo(spare(model, bytes));
    int rows = device.isGpu() ? ROWS_OF_GPU : ROWS_OF_CPU;
    return new GenerationRoom(model, watched, new RowLimit(rows, Math.max(1, bytes - kept)));
  }

  /** What may be kept of texts for others: a quarter, and never in the place of a text. */
  private static long spare(GenerativeModel model, long bytes) {
    int tokens = Math.min(TEXT, model.maxPromptLength());
    long row = model.textBytes(FULL, tokens, tokens, 1);
    return Math.max(0, Math.min(bytes / 4, bytes - row));
  }

  /** Half of what is free: two threads use a GPU. */
  static long ofGpu(Device device, GpuMemory gpus) {
    OptionalLong free = gpus.freeBytes(device);
    return free.isPresent() ? Math.max(1, free.getAsLong() * 9 / 20) : UNTOLD;
  }

  private static long left(NativeRoom room, long weights) {
    return (room.bytes() - PROCESS - weights) / room.forwards();
  }

  /** At least the beams of one prompt, whatever they take. */
  RowLimit limit(GenerationConfig config) {
    return new RowLimit(Math.max(limit.rows(), config.beams().count()), limit.bytes());
  }

  /**
   * Checks that the weights fit before any is read.
   *
   * @throws ModelLoadException if they do not
   */
  static void requireWeights(Path directory, ModelSpec spec, Optional<NativeRoom> watched) {
    if (watched.isEmpty() || !spec.device().equals("cpu")) {
      return;
    }
    NativeRoom room = watched.get();
    OptionalLong weights = weights(directory, spec);
    if (weights.isPresent() && left(room, weights.getAsLong()) < 1) {
      throw tooLittle(spec, room, weights.getAsLong(), 1);
    }
  }

  /**
   * Checks that one row fits beside the weights.
   *
   * @param context tokens that the model reads
   * @throws ModelLoadException if it does not
   */
  void requireRow(ModelSpec spec, int context) {
    if (watched.isEmpty() || model.owner().getDevice().isGpu()) {
      return;
    }
    int tokens = Math.min(TEXT, context);
    long row = model.textBytes(FULL, tokens, tokens, 1);
    if (row > limit.bytes()) {
      long weights = weights(model.directory(), spec).orElse(0);
      throw tooLittle(spec, watched.get(), weights, row);
    }
  }

  private static ModelLoadException tooLittle(
      ModelSpec spec, NativeRoom room, long weights, long row) {
    long needed = PROCESS + weights + row * room.forwards();
    return new ModelLoadException(
        spec.location(),
        List.of(
            "%d MiB outside the heap are too few for weights of %d MiB and %d texts at a time: set"
                    .formatted(room.bytes() / MIB, weights / MIB, room.forwards())
                + " %s to at least %d MiB".formatted(room.remedy(), needed / MIB + 1)));
  }

  /** Bytes of all weights in the precision that is asked for; empty where files are unreadable. */
  private static OptionalLong weights(Path directory, ModelSpec spec) {
    try (WeightStore store = WeightStores.open(directory)) {
      long bytes = Precision.of(spec.dtype()).bytes();
      long numbers =
          store.names().stream()
              .mapToLong(name -> LongStream.of(store.info(name).shape()).reduce(1, (a, b) -> a * b))
              .sum();
      return OptionalLong.of(bytes * numbers);
    } catch (IOException | CheckpointException | IllegalArgumentException e) {
      return OptionalLong.empty(); // loading tells why
    }
  }
}
