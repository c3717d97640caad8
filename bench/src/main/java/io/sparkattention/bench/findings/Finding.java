package io.sparkattention.bench.findings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A number of a model: its mean over documents, and the interval that holds the mean of other
 * documents like these with a confidence of 95 %, by Student's t distribution.
 *
 * @param model its known name
 * @param quantity what is counted, a name of {@link Quantity}
 * @param layer from 1 on; 0 where it is of all layers
 * @param head from 1 on; 0 where it is of all heads
 * @param n documents that have a number
 * @param mean over them
 * @param low end of the interval; NaN where there are fewer than two documents, or where the number
 *     is the model's and the same for all
 * @param high end of the interval
 */
record Finding(
    String model,
    String quantity,
    int layer,
    int head,
    int n,
    double mean,
    double low,
    double high) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MathContext DIGITS = new MathContext(6);
  private static final double UPPER = 0.975;

  /** Of a number for each document; NaN is left out. */
  static Finding of(String model, Quantity quantity, double[] documents) {
    return of(model, quantity, 0, 0, documents);
  }

  /** The same of one layer, or of one head. */
  static Finding of(String model, Quantity quantity, int layer, int head, double[] documents) {
    double[] numbers = Arrays.stream(documents).filter(each -> !Double.isNaN(each)).toArray();
    int n = numbers.length;
    double mean = Arrays.stream(numbers).average().orElse(Double.NaN);
    double squares = Arrays.stream(numbers).map(each -> (each - mean) * (each - mean)).sum();
    boolean varies = n > 1 && Arrays.stream(numbers).distinct().count() > 1;
    double margin =
        n < 2
            ? Double.NaN
            : !varies
                ? 0
                : TDistribution.of(n - 1.0).inverseCumulativeProbability(UPPER)
                    * Math.sqrt(squares / (n - 1) / n);
    return new Finding(
        model,
        quantity.name(),
        layer,
        head,
        n,
        rounded(mean),
        rounded(mean - margin),
        rounded(mean + margin));
  }

  private static double rounded(double number) {
    return Double.isFinite(number)
        ? new BigDecimal(number).round(DIGITS).doubleValue()
        : Double.NaN;
  }

  boolean is(String ofModel, Quantity what) {
    return model.equals(ofModel) && quantity.equals(what.name());
  }

  /** As a line of a log. */
  String toJson() {
    ObjectNode node = JSON.createObjectNode().put("model", model).put("quantity", quantity);
    if (layer > 0) {
      node.put("layer", layer);
    }
    if (head > 0) {
      node.put("head", head);
    }
    node.put("n", n);
    put(node, "mean", mean);
    put(node, "low", low);
    put(node, "high", high);
    return node.toString();
  }

  private static void put(ObjectNode node, String name, double number) {
    if (!Double.isNaN(number)) {
      node.put(name, number);
    }
  }

  static Finding ofJson(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return new Finding(
          node.get("model").asText(),
          node.get("quantity").asText(),
          node.path("layer").asInt(),
          node.path("head").asInt(),
          node.get("n").asInt(),
          node.path("mean").asDouble(Double.NaN),
          node.path("low").asDouble(Double.NaN),
          node.path("high").asDouble(Double.NaN));
    } catch (IOException e) {
      throw new UncheckedIOException("not a finding: " + line, e);
    }
  }
}
