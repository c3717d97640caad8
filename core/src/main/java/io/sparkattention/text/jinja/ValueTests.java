package io.sparkattention.text.jinja;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/** What can stand after {@code is}: {@code value is test(arguments)}. */
final class ValueTests {

  private static final Map<String, BiPredicate<Object, Arguments>> ALL = new TreeMap<>();

  static {
    ALL.put("defined", (it, in) -> !(it instanceof Undefined));
    ALL.put("undefined", (it, in) -> it instanceof Undefined);
    ALL.put("none", (it, in) -> it == null);
    ALL.put("string", (it, in) -> it instanceof String);
    ALL.put("mapping", (it, in) -> it instanceof Map);
    ALL.put(
        "iterable",
        (it, in) ->
            it instanceof String
                || it instanceof List
                || it instanceof Map
                || it instanceof Undefined);
    ALL.put("sequence", ALL.get("iterable"));
    ALL.put("number", (it, in) -> it instanceof Number || it instanceof Boolean);
    ALL.put("integer", (it, in) -> it instanceof Long);
    ALL.put("float", (it, in) -> it instanceof Double);
    ALL.put("boolean", (it, in) -> it instanceof Boolean);
    ALL.put("true", (it, in) -> Boolean.TRUE.equals(it));
    ALL.put("false", (it, in) -> Boolean.FALSE.equals(it));
    ALL.put("callable", (it, in) -> it instanceof Function);
    ALL.put("eq", (it, in) -> Operators.equal(it, in.require(0, "other")));
    ALL.put("ne", (it, in) -> !Operators.equal(it, in.require(0, "other")));
    ALL.put("lt", (it, in) -> Operators.compare(it, in.require(0, "other")) < 0);
    ALL.put("le", (it, in) -> Operators.compare(it, in.require(0, "other")) <= 0);
    ALL.put("gt", (it, in) -> Operators.compare(it, in.require(0, "other")) > 0);
    ALL.put("ge", (it, in) -> Operators.compare(it, in.require(0, "other")) >= 0);
    ALL.put("equalto", ALL.get("eq"));
    ALL.put("==", ALL.get("eq"));
    ALL.put("!=", ALL.get("ne"));
    ALL.put("lessthan", ALL.get("lt"));
    ALL.put("greaterthan", ALL.get("gt"));
    ALL.put(
        "sameas", (it, in) -> it == in.require(0, "other") || it.equals(in.require(0, "other")));
    ALL.put("in", (it, in) -> Operators.contains(in.require(0, "seq"), it));
    ALL.put("odd", (it, in) -> remainder(it, 2L) == 1);
    ALL.put("even", (it, in) -> remainder(it, 2L) == 0);
    ALL.put("divisibleby", (it, in) -> remainder(it, in.require(0, "num")) == 0);
    ALL.put("lower", (it, in) -> it instanceof String text && cased(text, false));
    ALL.put("upper", (it, in) -> it instanceof String text && cased(text, true));
  }

  private ValueTests() {}

  static boolean passes(String name, Object value, Arguments in) {
    BiPredicate<Object, Arguments> test = ALL.get(name);
    if (test == null) {
      throw new TemplateException(
          "there is no test '" + name + "' here: there are " + String.join(", ", ALL.keySet()));
    }
    return test.test(value, in);
  }

  private static long remainder(Object value, Object by) {
    return ((Number) Operators.arithmetic("%", value, by)).longValue();
  }

  private static boolean cased(String text, boolean upper) {
    String same = upper ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT);
    return same.equals(text) && text.chars().anyMatch(Character::isLetter);
  }
}
