package io.sparkattention.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tensors of several safetensors files that a {@code model.safetensors.index.json} names. */
public final class ShardedSafetensorsStore extends MappedStore {

  private ShardedSafetensorsStore(
      Map<String, StoredTensor> tensors, Map<String, String> metadata, List<MappedFile> files) {
    super(tensors, metadata, files);
  }

  /**
   * Opens the shards that an index names and checks them against it.
   *
   * @param index the index file; the shards lie beside it
   * @throws CheckpointException with everything that is wrong with the index and its shards
   * @throws IOException if a file cannot be read
   */
  public static ShardedSafetensorsStore open(Path index) throws IOException {
    Map<String, String> shardOf = new TreeMap<>();
    Map<String, String> metadata = new TreeMap<>();
    readIndex(index, shardOf, metadata);
    List<String> problems = new ArrayList<>();
    List<MappedFile> files = new ArrayList<>();
    Map<String, StoredTensor> tensors = new TreeMap<>();
    try {
      for (String shard : shardOf.values().stream().distinct().sorted().toList()) {
        Path path = index.resolveSibling(shard);
        if (shard.contains("/") || shard.contains("\\")) {
          problems.add("the shard %s does not lie beside the index".formatted(shard));
        } else if (!Files.isRegularFile(path)) {
          problems.add("the shard %s is missing".formatted(shard));
        } else {
          MappedFile file = MappedFile.open(path);
          files.add(file);
          addShard(shard, SafetensorsHeader.read(file), shardOf, tensors, problems);
        }
      }
      CheckpointException.throwIfAny(index, problems);
      return new ShardedSafetensorsStore(tensors, metadata, files);
    } catch (RuntimeException | IOException e) {
      files.forEach(MappedFile::close);
      throw e;
    }
  }

  private static void addShard(
      String shard,
      SafetensorsHeader header,
      Map<String, String> shardOf,
      Map<String, StoredTensor> tensors,
      List<String> problems) {
    header.problems().forEach(problem -> problems.add("%s: %s".formatted(shard, problem)));
    Map<String, StoredTensor> found = header.tensors();
    found.forEach(
        (name, tensor) -> {
          if (shard.equals(shardOf.get(name))) {
            tensors.put(name, tensor);
          } else {
            problems.add(
                "%s: holds tensor %s, which the index places in %s"
                    .formatted(shard, name, shardOf.getOrDefault(name, "no shard")));
          }
        });
    if (header.problems().isEmpty()) {
      shardOf.forEach(
          (name, place) -> {
            if (place.equals(shard) && !found.containsKey(name)) {
              problems.add(
                  "%s: lacks tensor %s, which the index places there".formatted(shard, name));
            }
          });
    }
  }

  private static void readIndex(
      Path index, Map<String, String> shardOf, Map<String, String> metadata) throws IOException {
    try {
      JsonNode json = new ObjectMapper().readTree(index.toFile());
      json.path("weight_map")
          .properties()
          .forEach(entry -> shardOf.put(entry.getKey(), entry.getValue().asText()));
      json.path("metadata")
          .properties()
          .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asText()));
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          index.toString(), "the index is no valid JSON: " + e.getOriginalMessage(), e);
    }
    if (shardOf.isEmpty()) {
      throw new CheckpointException(
          index.toString(), List.of("the index has no weight_map that names tensors"));
    }
  }
}
