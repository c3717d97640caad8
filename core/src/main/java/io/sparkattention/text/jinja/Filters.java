package io.sparkattention.text.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** What can stand after a bar: {@code value | filter(arguments)}. */
final class Filters {

  private static final Map<String, BiFunction<Object, Arguments, Object>> ALL = new TreeMap<>();

  static {
    ALL.put(
        "trim",
        (it, in) -> Methods.strip(PythonText.str(it), in.value(0, "chars", null), true, true));
    ALL.put("length", (it, in) -> length(it));
    ALL.put("count", ALL.get("length"));
    ALL.put("upper", onText(text -> text.toUpperCase(Locale.ROOT)));
    ALL.put("lower", onText(text -> text.toLowerCase(Locale.ROOT)));
    ALL.put("capitalize", onText(Methods::capitalize));
    ALL.put("title", onText(Filters::title));
    ALL.put("string", onText(text -> text));
    ALL.put("safe", (it, in) -> it);
    ALL.put("escape", onText(Filters::escape));
    ALL.put("e", ALL.get("escape"));
    ALL.put(
        "replace",
        (it, in) ->
            Methods.replace(
                PythonText.str(it),
                in.text(0, "old"),
                in.text(1, "new"),
                in.number(2, "count", -1)));
    ALL.put("indent", Filters::indent);
    ALL.put("tojson", (it, in) -> PythonText.json(it, in.number(1, "indent", -1)));
    ALL.put("default", Filters::otherwise);
    ALL.put("d", ALL.get("default"));
    ALL.put("int", Filters::whole);
    ALL.put("float", Filters::decimal);
    ALL.put("abs", (it, in) -> Operators.compare(it, 0L) < 0 ? Operators.negate(it) : it);
    ALL.put("round", Filters::round);
    ALL.put("list", (it, in) -> Operators.items(it));
    ALL.put("first", (it, in) -> end(it, 0L));
    ALL.put("last", (it, in) -> end(it, -1L));
    ALL.put("reverse", (it, in) -> Operators.slice(it, null, null, -1L));
    ALL.put("join", Filters::join);
    ALL.put("items", (it, in) -> it instanceof Map<?, ?> map ? Methods.pairs(map) : List.of());
    ALL.put("dictsort", (it, in) -> sorted(Methods.pairs((Map<?, ?>) it), 0L));
    ALL.put("sort", Filters::sort);
    ALL.put("unique", (it, in) -> unique(it));
    ALL.put("sum", (it, in) -> Operators.items(it).stream().reduce(0L, Operators::add));
    ALL.put("min", (it, in) -> Collections.min(Operators.items(it), Operators::compare));
    ALL.put("max", (it, in) -> Collections.max(Operators.items(it), Operators::compare));
    ALL.put("map", Filters::map);
    ALL.put("select", (it, in) -> picked(it, in, 0, true));
    ALL.put("reject", (it, in) -> picked(it, in, 0, false));
    ALL.put("selectattr", (it, in) -> picked(it, in, 1, true));
    ALL.put("rejectattr", (it, in) -> picked(it, in, 1, false));
  }

  private Filters() {}

  /** What a filter makes of a value. */
  static Object apply(String name, Object value, Arguments in) {
    BiFunction<Object, Arguments, Object> filter = ALL.get(name);
    if (filter == null) {
      throw new TemplateException(
          "there is no filter '" + name + "' here: there are " + String.join(", ", ALL.keySet()));
    }
    return filter.apply(value, in);
  }

  static String joined(List<?> items, String between) {
    return items.stream().map(PythonText::str).collect(Collectors.joining(between));
  }

  private static BiFunction<Object, Arguments, Object> onText(UnaryOperator<String> change) {
    return (it, in) -> change.apply(PythonText.str(it));
  }

  private static long length(Object value) {
    return value instanceof String text
        ? text.codePointCount(0, text.length())
        : Operators.items(value).size();
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inWord = !Character.isWhitespace(c) && "-({[<".indexOf(c) < 0;
    }
    return out.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private static Object indent(Object value, Arguments in) {
    Object width = in.value(0, "width", 4L);
    String blanks = width instanceof String text ? text : " ".repeat(in.number(0, "width", 4));
    boolean first = Operators.truth(in.value(1, "first", false));
    boolean blank = Operators.truth(in.value(2, "blank", false));
    String[] lines = PythonText.str(value).split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      boolean moved = i == 0 ? first : blank || !lines[i].isEmpty();
      lines[i] = (moved ? blanks : "") + lines[i];
    }
    return String.join("\n", lines);
  }

  private static Object otherwise(Object value, Arguments in) {
    boolean falseToo = Operators.truth(in.value(1, "boolean", false));
    boolean keep = falseToo ? Operators.truth(value) : !(value instanceof Undefined);
    return keep ? value : in.value(0, "default_value", "");
  }

  private static Object whole(Object value, Arguments in) {
    try {
      return new BigDecimal(number(value)).longValue();
    } catch (NumberFormatException e) {
      return in.value(0, "default", 0L);
    }
  }

  private static Object decimal(Object value, Arguments in) {
    try {
      return Double.valueOf(number(value));
    } catch (NumberFormatException e) {
      return in.value(0, "default", 0.0);
    }
  }

  private static String number(Object value) {
    return value instanceof Boolean truth ? (truth ? "1" : "0") : PythonText.str(value).strip();
  }

  private static Object round(Object value, Arguments in) {
    int digits = in.number(0, "precision", 0);
    RoundingMode mode =
        switch (PythonText.str(in.value(1, "method", "common"))) {
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default -> RoundingMode.HALF_EVEN;
        };
    return new BigDecimal(number(value)).setScale(digits, mode).doubleValue();
  }

  private static Object end(Object value, Long place) {
    List<Object> items = Operators.items(value);
    return items.isEmpty()
        ? new Undefined("the first or last of nothing")
        : Operators.item(items, place);
  }

  private static Object join(Object value, Arguments in) {
    List<Object> items = Operators.items(value);
    if (in.has(1, "attribute")) {
      Object path = in.require(1, "attribute");
      items = items.stream().map(each -> along(each, path)).toList();
    }
    return joined(items, PythonText.str(in.value(0, "d", "")));
  }

  private static Object sort(Object value, Arguments in) {
    List<Object> items = sorted(Operators.items(value), in.value(2, "attribute", null));
    if (Operators.truth(in.value(0, "reverse", false))) {
      Collections.reverse(items);
    }
    return items;
  }

  /** Items by what they, or something in them, say; upper and lower case are the same. */
  private static List<Object> sorted(List<Object> items, Object path) {
    Comparator<Object> order =
        Comparator.comparing(
            each -> {
              Object said = path == null ? each : along(each, path);
              return said instanceof String text ? text.toLowerCase(Locale.ROOT) : said;
            },
            Operators::compare);
    List<Object> sorted = new ArrayList<>(items);
    sorted.sort(order);
    return sorted;
  }

  private static Object unique(Object value) {
    List<Object> unique = new ArrayList<>();
    for (Object each : Operators.items(value)) {
      if (unique.stream().noneMatch(one -> Operators.equal(one, each))) {
        unique.add(each);
      }
    }
    return unique;
  }

  private static Object map(Object value, Arguments in) {
    List<Object> mapped = new ArrayList<>();
    for (Object each : Operators.items(value)) {
      if (in.places().isEmpty()) {
        Object found = along(each, in.require(0, "attribute"));
        boolean keep = !(found instanceof Undefined);
        mapped.add(keep ? found : in.value(1, "default", found));
      } else {
        List<Object> rest = in.places().subList(1, in.places().size());
        mapped.add(apply(in.text(0, "filter"), each, new Arguments(rest, in.named())));
      }
    }
    return mapped;
  }

  private static Object picked(Object value, Arguments in, int testAt, boolean kept) {
    List<Object> picked = new ArrayList<>();
    List<Object> places = in.places();
    for (Object each : Operators.items(value)) {
      Object looked = testAt == 0 ? each : along(each, in.require(0, "attribute"));
      boolean passes =
          places.size() <= testAt
              ? Operators.truth(looked)
              : ValueTests.passes(
                  in.text(testAt, "test"),
                  looked,
                  new Arguments(places.subList(testAt + 1, places.size()), in.named()));
      if (passes == kept) {
        picked.add(each);
      }
    }
    return picked;
  }

  /** What a path such as {@code function.name} leads to. */
  private static Object along(Object value, Object path) {
    Object at = value;
    if (path instanceof String names) {
      for (String name : names.split("\\.")) {
        at = Operators.item(at, name.matches("\\d+") ? (Object) Long.valueOf(name) : name);
      }
      return at;
    }
    return Operators.item(at, path);
  }
}
