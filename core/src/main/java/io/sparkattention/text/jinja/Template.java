package io.sparkattention.text.jinja;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A template as chat models bring it, read once and rendered often. Safe for use by several
 * threads.
 */
public final class Template {

  /** The longest list that {@code range} gives, as in Jinja2's sandbox. */
  private static final long MAX_RANGE = 100_000;

  private static final Map<Character, String> DATE_PARTS =
      Map.ofEntries(
          Map.entry('d', "dd"),
          Map.entry('m', "MM"),
          Map.entry('Y', "yyyy"),
          Map.entry('y', "yy"),
          Map.entry('B', "MMMM"),
          Map.entry('b', "MMM"),
          Map.entry('A', "EEEE"),
          Map.entry('a', "EEE"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('M', "mm"),
          Map.entry('S', "ss"),
          Map.entry('p', "a"),
          Map.entry('j', "DDD"));

  private final Node root;
  private final LocalDateTime now;

  private Template(Node root, LocalDateTime now) {
    this.root = root;
    this.now = now;
  }

  /**
   * Reads a template.
   *
   * @param now what {@code strftime_now} tells
   * @throws TemplateException if it is none, naming the line
   */
  public static Template parse(String template, LocalDateTime now) {
    return new Template(TemplateParser.parse(template), now);
  }

  /**
   * Renders the template.
   *
   * @param values by name; texts, numbers, booleans, lists and maps of them
   * @throws TemplateException if it fails, or refuses by {@code raise_exception}
   */
  public String render(Map<String, ?> values) {
    Map<String, Object> names = new HashMap<>();
    names.put("raise_exception", (Function) (places, named) -> refuse(places));
    names.put("strftime_now", (Function) (places, named) -> date(PythonText.str(places.get(0))));
    names.put("namespace", (Function) (places, named) -> namespace(places, named));
    names.put("dict", (Function) (places, named) -> new HashMap<Object, Object>(named));
    names.put("range", (Function) (places, named) -> range(places));
    names.putAll(values);
    StringBuilder out = new StringBuilder();
    try {
      root.write(Scope.of(names), out);
    } catch (Loop.Signal e) {
      throw new TemplateException("break and continue stand in no loop");
    } catch (ClassCastException | ArithmeticException | IndexOutOfBoundsException e) {
      throw new TemplateException("it uses a value as what it is not: " + e.getMessage());
    }
    return out.toString();
  }

  private static Object refuse(List<Object> places) {
    throw new TemplateException(places.isEmpty() ? "it refuses" : PythonText.str(places.get(0)));
  }

  private static Object namespace(List<Object> places, Map<String, Object> named) {
    Map<String, Object> all = new HashMap<>();
    for (Object place : places) {
      ((Map<?, ?>) place).forEach((key, value) -> all.put(PythonText.str(key), value));
    }
    all.putAll(named);
    return new Namespace(all);
  }

  private static Object range(List<Object> places) {
    long from = places.size() > 1 ? (Long) places.get(0) : 0;
    long to = (Long) places.get(places.size() > 1 ? 1 : 0);
    long step = places.size() > 2 ? (Long) places.get(2) : 1;
    if (step == 0 || (to - from) / step > MAX_RANGE) {
      throw new TemplateException("range has no end, or more than " + MAX_RANGE + " numbers");
    }
    List<Object> numbers = new ArrayList<>();
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      numbers.add(i);
    }
    return numbers;
  }

  private String date(String format) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      boolean part = c == '%' && i + 1 < format.length();
      if (!part) {
        out.append(c);
      } else if (format.charAt(++i) == '%') {
        out.append('%');
      } else {
        String pattern = DATE_PARTS.get(format.charAt(i));
        if (pattern == null) {
          throw new TemplateException("strftime_now does not know %" + format.charAt(i) + " here");
        }
        out.append(now.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)));
      }
    }
    return out.toString();
  }
}
