package io.sparkattention.text.jinja;

import java.util.List;
import java.util.Map;

/**
 * What a filter, test or method was called with.
 *
 * @param places by place, without the value that it is called on
 */
record Arguments(List<Object> places, Map<String, Object> named) {

  static final Arguments NONE = new Arguments(List.of(), Map.of());

  boolean has(int place, String name) {
    return place < places.size() || named.containsKey(name);
  }

  /** An argument that may be given by place or name, or what it is otherwise. */
  Object value(int place, String name, Object otherwise) {
    return place < places.size() ? places.get(place) : named.getOrDefault(name, otherwise);
  }

  Object require(int place, String name) {
    if (!has(place, name)) {
      throw new TemplateException("argument '" + name + "' is missing");
    }
    return value(place, name, null);
  }

  String text(int place, String name) {
    Object value = require(place, name);
    if (value instanceof String text) {
      return text;
    }
    throw new TemplateException(
        "argument '" + name + "' is " + PythonText.type(value) + ", not a text");
  }

  /** A whole number that may be given, or what it is otherwise. */
  int number(int place, String name, int otherwise) {
    Object value = value(place, name, null);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Long number) {
      return Math.toIntExact(number);
    }
    throw new TemplateException(
        "argument '" + name + "' is " + PythonText.type(value) + ", not a whole number");
  }
}
