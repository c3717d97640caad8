package io.sparkattention.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Several specs in one text: {@code bm25,[bi-encoder:similarity=dot]}. Commas part them; brackets
 * keep together what holds commas of its own, and nest.
 */
public final class SpecList {

  private SpecList() {}

  /**
   * The parts of a text, without the brackets around them; one blank part if the text is blank.
   *
   * @throws IllegalArgumentException if brackets do not match
   */
  public static List<String> split(String text) {
    return parts(text).stream().map(SpecList::unwrapped).toList();
  }

  /** The text that {@link #split} takes apart again. */
  public static String join(List<String> parts) {
    return parts.stream().map(SpecList::wrapped).collect(Collectors.joining(","));
  }

  /** The parts of a text with the brackets around them. */
  static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (depth < 0 || (i == text.length() && depth != 0)) {
        throw new IllegalArgumentException("brackets do not match in '" + text + "'");
      }
      if (c == ',' && depth == 0) {
        parts.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    return parts;
  }

  /** A part without the pair of brackets around all of it, if there is one. */
  static String unwrapped(String part) {
    return part.startsWith("[") && closing(part) == part.length() - 1
        ? part.substring(1, part.length() - 1).strip()
        : part;
  }

  /** A part that can stand between commas. */
  static String wrapped(String part) {
    boolean plain = !part.isEmpty() && part.chars().noneMatch(c -> ",:[]".indexOf(c) >= 0);
    return plain ? part : "[" + part + "]";
  }

  /** Where the bracket that opens a part is closed. */
  private static int closing(String part) {
    int depth = 0;
    for (int i = 0; i < part.length(); i++) {
      depth += part.charAt(i) == '[' ? 1 : part.charAt(i) == ']' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }
}
