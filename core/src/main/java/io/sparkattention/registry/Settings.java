package io.sparkattention.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A spec taken apart: {@code name:key=value,key=value}. Brackets keep a nested spec or a list whole
 * (see {@link SpecList}), so that {@code per-layer:0-3=dense,4-11=[hip:k=512,block=32]} has two
 * entries, and {@code rrf:of=[bm25,[bi-encoder:similarity=dot]]} has one.
 *
 * @param name what stands before the colon
 * @param values the entries in their order, without the brackets around their values
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
      for (String entry : SpecList.parts(text.substring(colon + 1))) {
        int equals = entry.indexOf('=');
        String key = equals < 0 ? "" : entry.substring(0, equals).strip();
        String value = equals < 0 ? "" : entry.substring(equals + 1).strip();
        if (key.isEmpty() || value.isEmpty()) {
          throw new IllegalArgumentException(
              "'" + entry + "' in '" + spec + "' is not key=value, such as window=1024");
        }
        if (values.put(key, SpecList.unwrapped(value)) != null) {
          throw new IllegalArgumentException("'" + spec + "' sets " + key + " twice: keep one");
        }
      }
    }
    return new Settings(name, values);
  }

  @Override
  public String toString() {
    if (values.isEmpty()) {
      return name;
    }
    List<String> entries = new ArrayList<>();
    values.forEach((key, value) -> entries.add(key + "=" + SpecList.wrapped(value)));
    return name + ":" + String.join(",", entries);
  }
}
