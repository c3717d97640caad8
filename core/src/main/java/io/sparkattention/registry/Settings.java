package io.sparkattention.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A spec taken apart: {@code name:key=value,key=value}. Brackets keep a nested spec whole, so that
 * {@code per-layer:0-3=dense,4-11=[hip:k=512,block=32]} has two entries.
 *
 * @param name what stands before the colon
 * @param values the entries in their order
 */
public record Settings(String name, Map<String, String> values) {

  public Settings {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Reads a spec.
   *
   * @throws IllegalArgumentException if an entry has no key, no value, or a key twice, or if
   *     brackets do not match
   */
  public static Settings parse(String spec) {
    String text = spec == null ? "" : spec.strip();
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon).strip();
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          "'" + spec + "' names nothing: write name or name:key=value,key=value");
    }
    Map<String, String> values = new LinkedHashMap<>();
    if (colon >= 0) {
      for (String entry : split(text.substring(colon + 1), spec)) {
        int equals = entry.indexOf('=');
        String key = equals < 0 ? "" : entry.substring(0, equals).strip();
        String value = equals < 0 ? "" : unwrap(entry.substring(equals + 1).strip());
        if (key.isEmpty() || value.isEmpty()) {
          throw new IllegalArgumentException(
              "'" + entry + "' in '" + spec + "' is not key=value, such as window=1024");
        }
        if (values.put(key, value) != null) {
          throw new IllegalArgumentException("'" + spec + "' sets " + key + " twice: keep one");
        }
      }
    }
    return new Settings(name, values);
  }

  private static List<String> split(String text, String spec) {
    List<String> entries = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ',' : text.charAt(i);
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (depth < 0 || (i == text.length() && depth != 0)) {
        throw new IllegalArgumentException("the brackets of '" + spec + "' do not match");
      }
      if (c == ',' && depth == 0) {
        entries.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    return entries;
  }

  private static String unwrap(String value) {
    return value.startsWith("[") && value.endsWith("]")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  @Override
  public String toString() {
    if (values.isEmpty()) {
      return name;
    }
    List<String> entries = new ArrayList<>();
    values.forEach(
        (key, value) ->
            entries.add(
                key
                    + "="
                    + (value.contains(",") || value.contains(":") ? "[" + value + "]" : value)));
    return name + ":" + String.join(",", entries);
  }
}
