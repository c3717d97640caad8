package io.sparkattention.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A text with placeholders, such as {@code Summarize: {text}}. Two braces stand for one: {@code
 * {{"answer": 1}}}.
 */
public final class PromptText {

  private final List<String> literals; // one more than names
  private final List<String> names;

  private PromptText(List<String> literals, List<String> names) {
    this.literals = literals;
    this.names = names;
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if braces do not match, or hold what is no name: lower-case
   *     letters and hyphens
   */
  public static PromptText parse(String text) {
    List<String> literals = new ArrayList<>();
    List<String> names = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      boolean brace = c == '{' || c == '}';
      if (brace && at + 1 < text.length() && text.charAt(at + 1) == c) {
        at++;
      } else if (brace) {
        int end = c == '{' ? text.indexOf('}', at) : -1;
        String name = end < 0 ? "" : text.substring(at + 1, end);
        if (!name.matches("[a-z]+(-[a-z]+)*")) {
          throw new IllegalArgumentException(
              "the brace at character %d begins no placeholder: write {name}, or %s for a brace"
                  .formatted(at + 1, "" + c + c));
        }
        literals.add(literal.toString());
        literal.setLength(0);
        names.add(name);
        at = end;
        continue;
      }
      literal.append(c);
    }
    literals.add(literal.toString());
    return new PromptText(literals, names);
  }

  /** The names in braces, sorted. */
  public Set<String> placeholders() {
    return new TreeSet<>(names);
  }

  /**
   * The text with values in the places of their names. Values are not looked into: what is in
   * braces there stays.
   *
   * @throws IllegalArgumentException if a placeholder has no value
   */
  public String fill(Map<String, String> values) {
    StringBuilder filled = new StringBuilder(literals.get(0));
    for (int i = 0; i < names.size(); i++) {
      String value = values.get(names.get(i));
      if (value == null) {
        throw new IllegalArgumentException("placeholder {" + names.get(i) + "} has no value");
      }
      filled.append(value).append(literals.get(i + 1));
    }
    return filled.toString();
  }
}
