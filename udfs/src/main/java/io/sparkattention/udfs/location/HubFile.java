package io.sparkattention.udfs.location;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One file of a repository.
 *
 * @param path where it lies in the repository
 * @param size in bytes; -1 where the hub does not say
 * @param checksum of its content, where the hub says
 */
record HubFile(String path, long size, Optional<Checksum> checksum) {

  /** Folders that modules of sentence-transformers lie in, such as {@code 1_Pooling}. */
  private static final String MODULE = "(\\d+_\\w+/)?";

  private static final String DESCRIPTION = MODULE + "\\w[\\w.-]*\\.json|artifact\\.metadata";
  private static final String WEIGHTS = MODULE + "model(-\\d{5}-of-\\d{5})?\\.safetensors";
  private static final String GRAPH = "(onnx/)?model\\.onnx(_data)?";

  static HubFile read(JsonNode json) {
    JsonNode large = json.path("lfs");
    JsonNode size = large.isObject() ? large.path("size") : json.path("size");
    String id = large.isObject() ? large.path("sha256").asText() : json.path("blobId").asText();
    return new HubFile(json.path("rfilename").asText(), size.asLong(-1), Checksum.of(id));
  }

  /**
   * Those files that loading reads: descriptions and weights. Never a pickle; a graph only where
   * there are no other weights.
   *
   * @throws IllegalArgumentException if there are no weights that can be read
   */
  static List<HubFile> needed(List<HubFile> all, HubLocation location) {
    List<HubFile> needed = new ArrayList<>(matching(all, DESCRIPTION));
    List<HubFile> weights = matching(all, WEIGHTS);
    if (weights.isEmpty()) {
      weights = matching(all, GRAPH);
    }
    if (weights.isEmpty()) {
      throw new IllegalArgumentException(
          "model '"
              + location
              + "' has neither model.safetensors nor model.onnx: pickles are not read; take a"
              + " revision or a repository that holds safetensors");
    }
    needed.addAll(weights);
    return needed;
  }

  private static List<HubFile> matching(List<HubFile> all, String pattern) {
    return all.stream().filter(file -> file.path.matches(pattern)).toList();
  }
}
