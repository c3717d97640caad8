package io.sparkattention.prompt;

import io.sparkattention.text.ChatMessage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an instruction model is told: a system message, if there is one, and the message of the
 * user. A file of one section is the message of the user; of several, each begins with a line such
 * as {@code === system ===}. Sections of other names are parts that a strategy repeats, such as the
 * line of one passage among many.
 */
public final class Prompt {

  private static final String SYSTEM = "system";
  private static final String USER = "user";

  private final String name;
  private final String sha256;
  private final Map<String, PromptText> sections;

  /**
   * @param name with its version, such as {@code yes-no/v1}
   * @param sha256 of the file, in hexadecimal digits
   */
  Prompt(String name, String sha256, Map<String, PromptText> sections) {
    this.name = name;
    this.sha256 = sha256;
    this.sections = Collections.unmodifiableMap(new LinkedHashMap<>(sections));
  }

  /** Its name with its version, such as {@code yes-no/v1}. */
  public String name() {
    return name;
  }

  /** The SHA-256 of its file, in hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /**
   * Checks that a strategy and this prompt speak of the same things.
   *
   * @param filled the placeholders that the strategy fills in the messages
   * @return this
   * @throws IllegalArgumentException naming every placeholder that is missing or unknown
   */
  public Prompt requirePlaceholders(String... filled) {
    require("it", placeholders(), Set.of(filled));
    return this;
  }

  /** What is filled into its messages, sorted; without what only its parts hold. */
  public Set<String> placeholders() {
    Set<String> found = new TreeSet<>();
    for (String section : List.of(SYSTEM, USER)) {
      if (sections.containsKey(section)) {
        found.addAll(sections.get(section).placeholders());
      }
    }
    return found;
  }

  /**
   * Checks that it has a part with exactly these placeholders.
   *
   * @return this
   * @throws IllegalArgumentException if there is none, or naming every placeholder that is missing
   *     or unknown
   */
  public Prompt requirePart(String part, String... filled) {
    require("part " + part, part(part).placeholders(), Set.of(filled));
    return this;
  }

  private void require(String where, Set<String> found, Set<String> filled) {
    List<String> problems = new ArrayList<>();
    Set<String> missing = new TreeSet<>(filled);
    missing.removeAll(found);
    if (!missing.isEmpty()) {
      problems.add(where + " lacks " + braced(missing));
    }
    Set<String> unknown = new TreeSet<>(found);
    unknown.removeAll(filled);
    if (!unknown.isEmpty()) {
      problems.add(
          where + " has " + braced(unknown) + ", which nothing fills: use " + braced(filled));
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "prompt " + name + " does not suit: " + String.join("; ", problems));
    }
  }

  private static String braced(Set<String> names) {
    return new TreeSet<>(names)
        .stream().map(name -> "{" + name + "}").collect(Collectors.joining(", "));
  }

  /**
   * The messages with values in the places of their names, for a model with a chat template.
   *
   * @throws IllegalArgumentException if a placeholder has no value
   */
  public List<ChatMessage> messages(Map<String, String> values) {
    List<ChatMessage> messages = new ArrayList<>();
    if (sections.containsKey(SYSTEM)) {
      messages.add(new ChatMessage(SYSTEM, sections.get(SYSTEM).fill(values)));
    }
    messages.add(new ChatMessage(USER, sections.get(USER).fill(values)));
    return messages;
  }

  /**
   * The messages as one text with an empty line between them, for a model without a chat template.
   *
   * @throws IllegalArgumentException if a placeholder has no value
   */
  public String text(Map<String, String> values) {
    return messages(values).stream().map(ChatMessage::content).collect(Collectors.joining("\n\n"));
  }

  /**
   * A part that is repeated, such as the line of one passage.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public PromptText part(String part) {
    PromptText text = sections.get(part);
    if (text == null) {
      throw new IllegalArgumentException(
          "prompt %s has no section '=== %s ===': it has %s"
              .formatted(name, part, String.join(", ", new TreeSet<>(sections.keySet()))));
    }
    return text;
  }

  @Override
  public String toString() {
    return name;
  }
}
