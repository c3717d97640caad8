package io.sparkattention.prompt;

import io.sparkattention.registry.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The prompts that come with the library, by name and version. */
public final class Prompts {

  private static final String INDEX = "prompts.txt";
  private static final Pattern SECTION = Pattern.compile("=== ([a-z]+(?:-[a-z]+)*) ===");

  private Prompts() {}

  /** All names with their versions, such as {@code yes-no/v1}, sorted. */
  public static List<String> names() {
    return text(INDEX).lines().map(String::strip).filter(line -> !line.isEmpty()).sorted().toList();
  }

  /**
   * Reads a prompt.
   *
   * @param name with its version, such as {@code yes-no/v1}
   * @throws IllegalArgumentException if there is none of this name; the message lists all
   */
  public static Prompt load(String name) {
    if (!names().contains(name)) {
      throw new IllegalArgumentException(
          "unknown prompt '"
              + name
              + "'"
              + Spelling.hint(name, new TreeSet<>(names()))
              + ": use one of "
              + String.join(", ", names()));
    }
    return parse(name, text(name + ".txt"));
  }

  /**
   * The SHA-256 of prompts by their names, for the record of a run.
   *
   * @throws IllegalArgumentException if there is none of a name
   */
  public static Map<String, String> digests(Collection<String> names) {
    Map<String, String> digests = new TreeMap<>();
    names.forEach(name -> digests.put(name, load(name).sha256()));
    return digests;
  }

  /**
   * Reads the text of a prompt.
   *
   * @throws IllegalArgumentException if it has no message of the user, a section twice, or braces
   *     that do not match
   */
  static Prompt parse(String name, String file) {
    Map<String, StringBuilder> sections = new LinkedHashMap<>();
    String section = "user";
    for (String line : file.lines().toList()) {
      Matcher begins = SECTION.matcher(line.strip());
      if (begins.matches()) {
        section = begins.group(1);
        if (sections.put(section, new StringBuilder()) != null) {
          throw new IllegalArgumentException(
              "prompt " + name + " has section " + section + " twice: keep one");
        }
      } else {
        sections
            .computeIfAbsent(section, begun -> new StringBuilder())
            .append(line.stripTrailing())
            .append('\n');
      }
    }
    Map<String, PromptText> texts = new LinkedHashMap<>();
    sections.forEach((key, text) -> texts.put(key, parse(name, key, text.toString().strip())));
    if (!texts.containsKey("user")) {
      throw new IllegalArgumentException(
          "prompt " + name + " has no message of the user: add a section '=== user ==='");
    }
    return new Prompt(name, sha256(file), texts);
  }

  private static PromptText parse(String name, String section, String text) {
    try {
      return PromptText.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "prompt " + name + ", section " + section + ": " + e.getMessage(), e);
    }
  }

  private static String text(String resource) {
    try (InputStream in = Prompts.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not among the resources of this library");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String file) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(file.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
