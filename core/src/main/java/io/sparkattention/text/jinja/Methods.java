package io.sparkattention.text.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.IntPredicate;

/** Python's methods of texts, lists and dictionaries; none of them changes its value. */
final class Methods {

  private static final Map<String, BiFunction<String, Arguments, Object>> TEXTS = new TreeMap<>();
  private static final Map<String, BiFunction<List<?>, Arguments, Object>> LISTS = new TreeMap<>();
  private static final Map<String, BiFunction<Map<?, ?>, Arguments, Object>> MAPS = new TreeMap<>();

  static {
    TEXTS.put("strip", (text, in) -> strip(text, in.value(0, "chars", null), true, true));
    TEXTS.put("lstrip", (text, in) -> strip(text, in.value(0, "chars", null), true, false));
    TEXTS.put("rstrip", (text, in) -> strip(text, in.value(0, "chars", null), false, true));
    TEXTS.put("split", Methods::split);
    TEXTS.put("rsplit", Methods::splitFromEnd);
    TEXTS.put("splitlines", (text, in) -> new ArrayList<Object>(text.lines().toList()));
    TEXTS.put("startswith", (text, in) -> any(in, text::startsWith));
    TEXTS.put("endswith", (text, in) -> any(in, text::endsWith));
    TEXTS.put(
        "replace",
        (text, in) ->
            replace(text, in.text(0, "old"), in.text(1, "new"), in.number(2, "count", -1)));
    TEXTS.put("upper", (text, in) -> text.toUpperCase(Locale.ROOT));
    TEXTS.put("lower", (text, in) -> text.toLowerCase(Locale.ROOT));
    TEXTS.put("title", (text, in) -> title(text));
    TEXTS.put("capitalize", (text, in) -> capitalize(text));
    TEXTS.put("join", (text, in) -> Filters.joined(Operators.items(in.require(0, "items")), text));
    TEXTS.put(
        "find",
        (text, in) -> {
          int at = text.indexOf(in.text(0, "part"));
          return (long) (at < 0 ? at : text.codePointCount(0, at));
        });
    TEXTS.put("count", (text, in) -> count(text, in.text(0, "part")));
    TEXTS.put(
        "removeprefix",
        (text, in) -> {
          String prefix = in.text(0, "prefix");
          return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
        });
    TEXTS.put(
        "removesuffix",
        (text, in) -> {
          String suffix = in.text(0, "suffix");
          return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
        });
    TEXTS.put("isdigit", (text, in) -> all(text, Character::isDigit));
    TEXTS.put("isalpha", (text, in) -> all(text, Character::isLetter));
    TEXTS.put("isalnum", (text, in) -> all(text, Character::isLetterOrDigit));
    TEXTS.put("isspace", (text, in) -> all(text, Character::isWhitespace));
    LISTS.put(
        "index",
        (list, in) -> {
          Object wanted = in.require(0, "value");
          for (int i = 0; i < list.size(); i++) {
            if (Operators.equal(list.get(i), wanted)) {
              return (long) i;
            }
          }
          throw new TemplateException(PythonText.str(wanted) + " is not in the list");
        });
    LISTS.put(
        "count",
        (list, in) -> {
          Object wanted = in.require(0, "value");
          return list.stream().filter(each -> Operators.equal(each, wanted)).count();
        });
    MAPS.put(
        "get",
        (map, in) -> {
          Object key = in.require(0, "key");
          return map.containsKey(key) ? map.get(key) : in.value(1, "default", null);
        });
    MAPS.put("items", (map, in) -> pairs(map));
    MAPS.put("keys", (map, in) -> new ArrayList<Object>(map.keySet()));
    MAPS.put("values", (map, in) -> new ArrayList<Object>(map.values()));
  }

  private Methods() {}

  /** A method of a value; null if it has none of this name. */
  static Function of(Object value, String name) {
    if (value instanceof String text) {
      return bound(TEXTS.get(name), text);
    }
    if (value instanceof List<?> list) {
      return bound(LISTS.get(name), list);
    }
    return value instanceof Map<?, ?> map ? bound(MAPS.get(name), map) : null;
  }

  private static <T> Function bound(BiFunction<T, Arguments, Object> method, T value) {
    return method == null
        ? null
        : (places, named) -> method.apply(value, new Arguments(places, named));
  }

  static List<Object> pairs(Map<?, ?> map) {
    List<Object> pairs = new ArrayList<>();
    map.forEach((key, value) -> pairs.add(Arrays.asList(key, value)));
    return pairs;
  }

  /** A text without blanks, or without the given characters, at its ends. */
  static String strip(String text, Object chars, boolean left, boolean right) {
    IntPredicate goes =
        chars == null
            ? c -> Character.isWhitespace(c) || Character.isSpaceChar(c)
            : c -> PythonText.str(chars).indexOf(c) >= 0;
    int from = 0;
    int to = text.length();
    while (left && from < to && goes.test(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (right && from < to && goes.test(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  static String replace(String text, String old, String with, int count) {
    if (count < 0) {
      return text.replace(old, with);
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (int i = 0; i < count; i++) {
      int found = text.indexOf(old, at);
      if (found < 0) {
        break;
      }
      out.append(text, at, found).append(with);
      at = found + old.length();
    }
    return out.append(text.substring(at)).toString();
  }

  static String capitalize(String text) {
    int first = text.isEmpty() ? 0 : text.offsetByCodePoints(0, 1);
    return text.substring(0, first).toUpperCase(Locale.ROOT)
        + text.substring(first).toLowerCase(Locale.ROOT);
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
      inWord = Character.isLetter(c);
    }
    return out.toString();
  }

  private static Object split(String text, Arguments in) {
    Object separator = in.value(0, "sep", null);
    int most = in.number(1, "maxsplit", -1);
    List<Object> parts = new ArrayList<>();
    if (separator == null) {
      String rest = strip(text, null, true, false);
      while (!rest.isEmpty() && (most < 0 || parts.size() < most)) {
        int end = 0;
        while (end < rest.length() && !Character.isWhitespace(rest.charAt(end))) {
          end++;
        }
        parts.add(rest.substring(0, end));
        rest = strip(rest.substring(end), null, true, false);
      }
      if (!rest.isEmpty()) {
        parts.add(rest);
      }
      return parts;
    }
    String between = in.text(0, "sep");
    if (between.isEmpty()) {
      throw new TemplateException("a text cannot be split by an empty one");
    }
    int at = 0;
    int found = text.indexOf(between);
    while (found >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(text.substring(at, found));
      at = found + between.length();
      found = text.indexOf(between, at);
    }
    parts.add(text.substring(at));
    return parts;
  }

  private static Object splitFromEnd(String text, Arguments in) {
    int most = in.number(1, "maxsplit", -1);
    if (most < 0) {
      return split(text, in);
    }
    String between = in.text(0, "sep");
    List<Object> parts = new ArrayList<>();
    String rest = text;
    int found = rest.lastIndexOf(between);
    while (found >= 0 && parts.size() < most) {
      parts.add(0, rest.substring(found + between.length()));
      rest = rest.substring(0, found);
      found = rest.lastIndexOf(between);
    }
    parts.add(0, rest);
    return parts;
  }

  private static Object any(Arguments in, java.util.function.Predicate<String> test) {
    Object wanted = in.require(0, "part");
    return wanted instanceof List<?> list
        ? list.stream().anyMatch(each -> test.test(PythonText.str(each)))
        : test.test(in.text(0, "part"));
  }

  private static long count(String text, String part) {
    long count = 0;
    for (int at = text.indexOf(part); at >= 0 && !part.isEmpty(); count++) {
      at = text.indexOf(part, at + part.length());
    }
    return part.isEmpty() ? text.codePointCount(0, text.length()) + 1 : count;
  }

  private static boolean all(String text, IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }
}
