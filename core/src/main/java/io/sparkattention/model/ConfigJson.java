package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.tensor.Activation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Reads a {@code config.json}, noting every entry that is missing or of the wrong kind. */
public final class ConfigJson {

  private final JsonNode root;
  private final List<String> problems;

  /** Reads from a parsed file. */
  public ConfigJson(JsonNode root) {
    this(root, new ArrayList<>());
  }

  private ConfigJson(JsonNode root, List<String> problems) {
    this.root = root;
    this.problems = problems;
  }

  /** An object inside, empty without an entry; its problems are noted here. */
  public ConfigJson object(String name) {
    return new ConfigJson(root.path(name), problems);
  }

  /** The same with entries for those that are missing; its problems are noted here. */
  public ConfigJson withDefaults(Map<String, ?> entries) {
    ObjectNode all = new ObjectMapper().valueToTree(entries);
    root.properties().stream()
        .filter(each -> !each.getValue().isNull())
        .forEach(each -> all.set(each.getKey(), each.getValue()));
    return new ConfigJson(all, problems);
  }

  /** Whether there are no entries. */
  public boolean isEmpty() {
    return root.isEmpty();
  }

  /** Whether there is an entry of a name that is not null. */
  public boolean has(String name) {
    return root.hasNonNull(name);
  }

  /** Notes a reason to fail that only the family knows. */
  public void reject(String problem) {
    problems.add("config.json: " + problem);
  }

  /** A whole number that must be there. */
  public int integer(String name) {
    JsonNode node = root.path(name);
    if (!node.isInt()) {
      problems.add(
          "config.json: "
              + name
              + (node.isMissingNode() ? " is missing" : " is not a whole number"));
      return 1;
    }
    return node.intValue();
  }

  /** A whole number, or what it is without an entry. */
  public int integer(String name, int otherwise) {
    return root.path(name).isMissingNode() || root.path(name).isNull() ? otherwise : integer(name);
  }

  /** A number, or what it is without an entry. */
  public double number(String name, double otherwise) {
    JsonNode node = root.path(name);
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    if (!node.isNumber()) {
      problems.add("config.json: " + name + " is not a number");
      return otherwise;
    }
    return node.doubleValue();
  }

  /** A number that must be there. */
  public double decimal(String name) {
    if (!has(name)) {
      problems.add("config.json: " + name + " is missing");
      return 1;
    }
    return number(name, 1);
  }

  /** A list of numbers that must be there. */
  public List<Double> decimals(String name) {
    List<Double> values = new ArrayList<>();
    root.path(name).forEach(each -> values.add(each.asDouble()));
    if (values.isEmpty()) {
      problems.add("config.json: " + name + " is missing or empty");
    }
    return values;
  }

  /** Whole numbers, one for each layer: a list of as many, or one number for all. */
  public List<Integer> perLayer(String name, int layers) {
    JsonNode node = root.path(name);
    if (!node.isArray()) {
      return Collections.nCopies(layers, integer(name));
    }
    List<Integer> values = new ArrayList<>();
    node.forEach(each -> values.add(each.asInt()));
    if (values.size() != layers) {
      reject(name + " has " + values.size() + " entries for " + layers + " layers");
      return Collections.nCopies(layers, 2);
    }
    return values;
  }

  /** As {@link #perLayer}, even numbers of tokens, half of them on each side of a query. */
  public List<Integer> windows(String name, int layers) {
    List<Integer> windows = perLayer(name, layers);
    if (windows.stream().anyMatch(each -> each < 2 || each % 2 != 0)) {
      reject(name + "=" + windows + ": windows must be even and positive");
      return Collections.nCopies(layers, 2);
    }
    return windows;
  }

  /** A list of texts, empty without an entry. */
  public List<String> texts(String name) {
    List<String> values = new ArrayList<>();
    root.path(name).forEach(each -> values.add(each.asText()));
    return values;
  }

  /** A text, or what it is without an entry. */
  public String text(String name, String otherwise) {
    return has(name) ? root.path(name).asText() : otherwise;
  }

  /** A switch, or what it is without an entry. */
  public boolean flag(String name, boolean otherwise) {
    return has(name) ? root.path(name).asBoolean() : otherwise;
  }

  /** An activation by its Hugging Face name, or GELU without an entry. */
  public Activation activation(String name) {
    return activation(name, Activation.GELU);
  }

  /** An activation by its Hugging Face name, or what it is without an entry. */
  public Activation activation(String name, Activation otherwise) {
    try {
      return has(name) ? Activation.of(root.path(name).asText()) : otherwise;
    } catch (IllegalArgumentException e) {
      problems.add("config.json: " + name + ": " + e.getMessage());
      return otherwise;
    }
  }

  /** Notes a problem unless an entry is missing or has the only supported value. */
  public void only(String name, String supported) {
    JsonNode node = root.path(name);
    if (!node.isMissingNode() && !node.isNull() && !node.asText().equals(supported)) {
      problems.add(
          "config.json: " + name + "=" + node.asText() + " is not supported, only " + supported);
    }
  }

  /** Notes which values of an entry are none of those that are supported. */
  public void onlyOf(String name, List<String> values, List<String> supported) {
    List<String> others = values.stream().filter(each -> !supported.contains(each)).toList();
    if (!others.isEmpty()) {
      reject(
          "%s has %s, which is not supported: only %s"
              .formatted(
                  name,
                  others.stream().distinct().sorted().toList(),
                  String.join(", ", supported)));
    }
  }

  /** Everything that was wrong so far. */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
