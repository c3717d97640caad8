package io.sparkattention.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * One number with its worst case, or the reason why there is none. A line of JSON holds it.
 *
 * @param quantity null where there is no number
 * @param typical mean, or median of times; NaN where there is none
 * @param worst the worst case, the same where there is but one
 * @param low the lowest of what was measured
 * @param high the highest
 * @param count how many cases there were
 * @param reason why there is no number: a refusal, or that it would have been too large; else empty
 */
public record Measurement(
    Subject subject,
    Quantity quantity,
    double typical,
    double worst,
    double low,
    double high,
    int count,
    String reason) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A number that stands alone. */
  public static Measurement of(Subject subject, Quantity quantity, double value) {
    return new Measurement(subject, quantity, value, value, value, value, 1, "");
  }

  /** The mean, where more is worse. */
  public static Measurement highIsWorse(Subject subject, Quantity quantity, double[] cases) {
    return mean(subject, quantity, cases, high(cases));
  }

  /** The mean, where less is worse. */
  public static Measurement lowIsWorse(Subject subject, Quantity quantity, double[] cases) {
    return mean(subject, quantity, cases, low(cases));
  }

  /** The median, where more is worse. */
  public static Measurement median(Subject subject, Quantity quantity, double[] cases) {
    double[] sorted = Arrays.stream(cases).sorted().toArray();
    double high = sorted[sorted.length - 1];
    return new Measurement(
        subject, quantity, sorted[sorted.length / 2], high, sorted[0], high, sorted.length, "");
  }

  /** That there is nothing to tell, and why. */
  public static Measurement none(Subject subject, String reason) {
    String line = reason == null ? "no reason" : reason.replaceAll("\\s+", " ");
    double no = Double.NaN;
    return new Measurement(subject, null, no, no, no, no, 0, line);
  }

  private static Measurement mean(
      Subject subject, Quantity quantity, double[] cases, double worst) {
    double mean = Arrays.stream(cases).average().orElse(Double.NaN);
    return new Measurement(
        subject, quantity, mean, worst, low(cases), high(cases), cases.length, "");
  }

  private static double low(double[] cases) {
    return Arrays.stream(cases).min().orElse(Double.NaN);
  }

  private static double high(double[] cases) {
    return Arrays.stream(cases).max().orElse(Double.NaN);
  }

  /** One line of JSON. */
  public String toJson() {
    ObjectNode node = JSON.valueToTree(subject);
    if (quantity == null) {
      node.put("reason", reason);
    } else {
      node.put("quantity", quantity.label());
      node.put("typical", rounded(typical)).put("worst", rounded(worst));
      node.put("low", rounded(low)).put("high", rounded(high)).put("count", count);
    }
    return node.toString();
  }

  /** Six digits; logs are read and committed. */
  private static double rounded(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(6)).doubleValue()
        : value;
  }

  /**
   * The measurement that a line holds.
   *
   * @throws IllegalArgumentException if it holds none
   */
  public static Measurement ofJson(String line) {
    try {
      ObjectNode node = (ObjectNode) JSON.readTree(line);
      String quantity = node.path("quantity").asText("");
      JsonNode reason = node.path("reason");
      double[] numbers = new double[4];
      String[] names = {"typical", "worst", "low", "high"};
      Arrays.setAll(numbers, i -> node.path(names[i]).asDouble(Double.NaN));
      int count = node.path("count").asInt(0);
      node.remove(Arrays.asList("quantity", "reason", "count", "typical", "worst", "low", "high"));
      return new Measurement(
          JSON.treeToValue(node, Subject.class),
          quantity.isEmpty() ? null : Quantity.labelled(quantity),
          numbers[0],
          numbers[1],
          numbers[2],
          numbers[3],
          count,
          reason.asText(""));
    } catch (JsonProcessingException | ClassCastException e) {
      throw new IllegalArgumentException("no measurement: " + line, e);
    }
  }
}
