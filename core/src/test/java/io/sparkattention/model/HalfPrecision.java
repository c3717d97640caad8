package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** How far from float32 transformers is in half precision; see {@code golden_half.py}. */
public final class HalfPrecision {

  /** How much further than that a model may be. */
  public static final double RATIO = 1.5;

  private static final Path FILE = Path.of("src", "test", "resources", "half.expected.json");

  private HalfPrecision() {}

  /** Distances by root mean square, by {@code checkpoint.part}. */
  public static Map<String, Double> distances(String dtype) {
    try {
      JsonNode all = new ObjectMapper().readTree(FILE.toFile()).path(dtype);
      Map<String, Double> found = new TreeMap<>();
      all.properties().forEach(each -> found.put(each.getKey(), each.getValue().doubleValue()));
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The root mean square of differences. */
  public static double distance(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += Math.pow((double) one[i] - other[i], 2);
    }
    return Math.sqrt(sum / one.length);
  }
}
