package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.tensor.Activation;
import java.util.ArrayList;
import java.util.List;

/** Reads a {@code config.json}, noting every entry that is missing or of the wrong kind. */
public final class ConfigJson {

  private final JsonNode root;
  private final List<String> problems = new ArrayList<>();

  /** Reads from a parsed file. */
  public ConfigJson(JsonNode root) {
    this.root = root;
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

  /** An activation by its Hugging Face name, or GELU without an entry. */
  public Activation activation(String name) {
    try {
      return Activation.of(root.path(name).asText("gelu"));
    } catch (IllegalArgumentException e) {
      problems.add("config.json: " + name + ": " + e.getMessage());
      return Activation.GELU;
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

  /** Everything that was wrong so far. */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
