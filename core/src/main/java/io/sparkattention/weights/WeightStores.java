package io.sparkattention.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Opens the checkpoint of a model directory, whichever format it is in. */
public final class WeightStores {

  private static final List<String> PICKLES = List.of(".bin", ".pt", ".pth", ".ckpt", ".pkl");

  private interface Opener {
    WeightStore open(Path path) throws IOException;
  }

  private record Format(String file, Opener opener) {}

  /** The first file that is there decides. */
  private static final List<Format> FORMATS =
      List.of(
          new Format("model.safetensors.index.json", ShardedSafetensorsStore::open),
          new Format("model.safetensors", SafetensorsStore::open),
          new Format("model.onnx", OnnxInitializerStore::open),
          new Format("onnx/model.onnx", OnnxInitializerStore::open),
          new Format("variables/variables.index", TensorFlowCheckpointStore::open));

  private WeightStores() {}

  /**
   * Opens the checkpoint of a directory in Hugging Face's layout.
   *
   * <p>Old names of layer norms ({@code gamma}, {@code beta}) are presented as {@code weight} and
   * {@code bias}.
   *
   * @throws CheckpointException with everything that is wrong with the checkpoint, or if there is
   *     none that may be read
   * @throws IOException if a file cannot be read
   */
  public static WeightStore open(Path directory) throws IOException {
    for (Format format : FORMATS) {
      Path file = directory.resolve(format.file);
      if (Files.isRegularFile(file)) {
        return RenamedWeightStore.of(format.opener.open(file), WeightStores::modernName);
      }
    }
    throw new CheckpointException(directory.toString(), List.of(noCheckpoint(directory)));
  }

  /**
   * The same store with a prefix taken off the names that begin with it, such as {@code bert.},
   * which checkpoints of models with a head have and those of bare encoders have not.
   *
   * @throws CheckpointException if two tensors would have the same name
   */
  public static WeightStore withoutPrefix(WeightStore store, String prefix) {
    return RenamedWeightStore.of(
        store, name -> name.startsWith(prefix) ? name.substring(prefix.length()) : name);
  }

  private static String modernName(String name) {
    if (name.endsWith("LayerNorm.gamma")) {
      return name.substring(0, name.length() - "gamma".length()) + "weight";
    }
    if (name.endsWith("LayerNorm.beta")) {
      return name.substring(0, name.length() - "beta".length()) + "bias";
    }
    return name;
  }

  private static String noCheckpoint(Path directory) throws IOException {
    List<String> readable = FORMATS.stream().map(Format::file).toList();
    if (!Files.isDirectory(directory)) {
      return "there is no such directory; it must hold one of %s".formatted(readable);
    }
    List<String> pickles;
    try (Stream<Path> files = Files.list(directory)) {
      pickles =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> PICKLES.stream().anyMatch(name::endsWith))
              .sorted()
              .toList();
    }
    if (!pickles.isEmpty()) {
      return "%s can run code when it is read, so it is refused: convert it once".formatted(pickles)
          + " with model.save_pretrained(directory, safe_serialization=True) of transformers, where"
          + " its origin is trusted";
    }
    return "it holds none of %s".formatted(readable);
  }
}
