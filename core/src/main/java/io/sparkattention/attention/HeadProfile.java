package io.sparkattention.attention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * How much each head of a model needs the whole text. The file is JSON: {@code {"scores": [[0.1,
 * 0.9], [0.2, 0.3]]}} holds a list for each layer from 0 on with a number for each key and value
 * head, the more the larger; other entries, such as the name of the model, are not read.
 *
 * @param scores (layers, Hkv)
 */
record HeadProfile(List<List<Double>> scores) {

  private static final Map<String, HeadProfile> LOADED = new ConcurrentHashMap<>();

  /**
   * Reads a file, and keeps what it says for {@link #loaded}.
   *
   * @throws IllegalArgumentException if there is no such file or it is no profile
   */
  static HeadProfile load(String file) {
    HeadProfile profile = new HeadProfile(scores(file));
    LOADED.put(file, profile);
    return profile;
  }

  /** The profile that was read last from a file. */
  static HeadProfile loaded(String file) {
    return LOADED.computeIfAbsent(file, name -> new HeadProfile(scores(name)));
  }

  private static List<List<Double>> scores(String file) {
    Path path = Path.of(file);
    if (!Files.isRegularFile(path)) {
      throw new IllegalArgumentException(
          "profile=" + file + " is no file here: give a path that every executor can read");
    }
    JsonNode layers;
    try {
      layers = new ObjectMapper().readTree(path.toFile()).path("scores");
    } catch (IOException e) {
      throw new IllegalArgumentException("profile=" + file + " is not JSON: " + e.getMessage(), e);
    }
    List<List<Double>> scores = new ArrayList<>();
    for (JsonNode layer : layers) {
      List<Double> heads = new ArrayList<>();
      layer.forEach(head -> heads.add(head.isNumber() ? head.doubleValue() : Double.NaN));
      scores.add(List.copyOf(heads));
    }
    if (scores.stream().allMatch(List::isEmpty)
        || scores.stream().flatMap(List::stream).anyMatch(score -> score.isNaN())) {
      throw new IllegalArgumentException(
          "profile="
              + file
              + " holds no scores of heads: it must say {\"scores\": [[...], ...]} with a list for"
              + " each layer and a number for each key and value head");
    }
    return List.copyOf(scores);
  }

  /** Reasons why a model's layers are not those of the profile. */
  List<String> unsupportedReasons(String file, int keyValueHeads) {
    List<String> reasons = new ArrayList<>();
    for (int layer = 0; layer < scores.size(); layer++) {
      int heads = scores.get(layer).size();
      if (heads != keyValueHeads) {
        reasons.add(
            "head-split: layer %d of %s has %d scores, but the model %d key and value heads"
                .formatted(layer, file, heads, keyValueHeads));
      }
    }
    return reasons;
  }

  /**
   * The heads of a layer that are among the highest of the model, equal ones in their order; all
   * heads of a layer without scores.
   *
   * @param share how many of all heads, from 0 to 1
   */
  long[] highest(double share, int layer, int keyValueHeads) {
    if (layer >= scores.size()) {
      return IntStream.range(0, keyValueHeads).asLongStream().toArray();
    }
    record Head(int layer, int number, double score) {}
    List<Head> heads = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      for (int head = 0; head < scores.get(i).size(); head++) {
        heads.add(new Head(i, head, scores.get(i).get(head)));
      }
    }
    return heads.stream()
        .sorted(Comparator.comparingDouble(head -> -head.score()))
        .limit(Math.round(share * heads.size()))
        .filter(head -> head.layer() == layer)
        .mapToLong(Head::number)
        .sorted()
        .toArray();
  }
}
