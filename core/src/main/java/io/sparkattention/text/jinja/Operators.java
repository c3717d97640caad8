package io.sparkattention.text.jinja;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What Python's operators make of values. */
final class Operators {

  /** The longest text that a product may make. */
  private static final int MAX_REPEATED = 1_000_000;

  private Operators() {}

  static boolean truth(Object value) {
    if (value == null || value instanceof Undefined) {
      return false;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof Collection<?> all) {
      return !all.isEmpty();
    }
    return !(value instanceof Map<?, ?> map) || !map.isEmpty();
  }

  static boolean equal(Object a, Object b) {
    if (isNumber(a) && isNumber(b)) {
      return number(a) == number(b);
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      boolean same = x.size() == y.size();
      for (int i = 0; same && i < x.size(); i++) {
        same = equal(x.get(i), y.get(i));
      }
      return same;
    }
    return Objects.equals(a, b);
  }

  private static boolean isNumber(Object value) {
    return value instanceof Number || value instanceof Boolean;
  }

  private static double number(Object value) {
    return value instanceof Boolean truth ? (truth ? 1 : 0) : ((Number) value).doubleValue();
  }

  /** Below 0, 0 or above 0, as {@link Comparable}. */
  static int compare(Object a, Object b) {
    if (isNumber(a) && isNumber(b)) {
      return Double.compare(number(a), number(b));
    }
    if (a instanceof String x && b instanceof String y) {
      int[] left = x.codePoints().toArray();
      int[] right = y.codePoints().toArray();
      return java.util.Arrays.compare(left, right);
    }
    throw cannot("be compared with", a, b);
  }

  static boolean contains(Object all, Object value) {
    if (all instanceof String text) {
      if (value instanceof String part) {
        return text.contains(part);
      }
      throw cannot("be in", value, all);
    }
    if (all instanceof Map<?, ?> map) {
      return map.containsKey(value);
    }
    return items(all).stream().anyMatch(each -> equal(each, value));
  }

  /** What a loop over a value sees. */
  static List<Object> items(Object value) {
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.keySet());
    }
    if (value instanceof String text) {
      return new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
    }
    if (value instanceof Undefined) {
      return List.of();
    }
    throw new TemplateException(PythonText.type(value) + " has no items");
  }

  static Object add(Object a, Object b) {
    if (a instanceof String x && b instanceof String y) {
      return x + y;
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      List<Object> joined = new ArrayList<>(x);
      joined.addAll(y);
      return joined;
    }
    return arithmetic("+", a, b);
  }

  static Object times(Object a, Object b) {
    Object text = a instanceof String ? a : b;
    Object count = a instanceof String ? b : a;
    if (text instanceof String repeated && count instanceof Long times) {
      if (times * repeated.length() > MAX_REPEATED) {
        throw new TemplateException("a text is repeated too often: " + times + " times");
      }
      return repeated.repeat((int) Math.max(0, times));
    }
    return arithmetic("*", a, b);
  }

  /** Any operator for numbers. */
  static Object arithmetic(String operator, Object a, Object b) {
    if (!isNumber(a) || !isNumber(b)) {
      throw cannot("be joined by " + operator + " with", a, b);
    }
    boolean whole = !(a instanceof Double) && !(b instanceof Double);
    double x = number(a);
    double y = number(b);
    if ((operator.equals("/") || operator.equals("//") || operator.equals("%")) && y == 0) {
      throw new TemplateException("division by zero");
    }
    if (whole && !operator.equals("/") && !(operator.equals("**") && y < 0)) {
      long m = (long) x;
      long n = (long) y;
      return switch (operator) {
        case "+" -> m + n;
        case "-" -> m - n;
        case "*" -> m * n;
        case "//" -> Math.floorDiv(m, n);
        case "%" -> Math.floorMod(m, n);
        default -> (long) Math.pow(x, y);
      };
    }
    return switch (operator) {
      case "+" -> x + y;
      case "-" -> x - y;
      case "*" -> x * y;
      case "/" -> x / y;
      case "//" -> Math.floor(x / y);
      case "%" -> x - y * Math.floor(x / y);
      default -> Math.pow(x, y);
    };
  }

  static Object negate(Object value) {
    return value instanceof Double number ? (Object) (-number) : arithmetic("-", 0L, value);
  }

  /** {@code value.name}: a method first, then a key. */
  static Object attribute(Object value, String name) {
    requireDefined(value);
    Function method = value instanceof Namespace ? null : Methods.of(value, name);
    return method == null ? item(value, name) : method;
  }

  /** {@code value[key]}: a key first, then a method; {@link Undefined} if there is neither. */
  static Object item(Object value, Object key) {
    requireDefined(value);
    if (value instanceof Namespace names && names.values().containsKey(key)) {
      return names.values().get(key);
    }
    if (value instanceof Map<?, ?> map && map.containsKey(key)) {
      return map.get(key);
    }
    if (key instanceof Long index && (value instanceof List || value instanceof String)) {
      List<Object> items = items(value);
      long place = index < 0 ? index + items.size() : index;
      return place < 0 || place >= items.size()
          ? new Undefined(PythonText.type(value) + "[" + index + "]")
          : items.get((int) place);
    }
    Function method = key instanceof String name ? Methods.of(value, name) : null;
    return method == null ? new Undefined(PythonText.str(key)) : method;
  }

  /** {@code value[from:to:step]}; null where a bound is left out. */
  static Object slice(Object value, Object from, Object to, Object step) {
    if (!(value instanceof List) && !(value instanceof String)) {
      requireDefined(value);
      throw new TemplateException(PythonText.type(value) + " cannot be sliced");
    }
    List<Object> items = items(value);
    int size = items.size();
    long stride = step == null ? 1 : whole(step);
    if (stride == 0) {
      throw new TemplateException("a slice cannot have a step of 0");
    }
    long low = stride > 0 ? 0 : -1;
    long high = stride > 0 ? size : size - 1;
    long begin = from == null ? (stride > 0 ? low : high) : bound(whole(from), size, low, high);
    long end = to == null ? (stride > 0 ? high : low) : bound(whole(to), size, low, high);
    List<Object> picked = new ArrayList<>();
    for (long i = begin; stride > 0 ? i < end : i > end; i += stride) {
      picked.add(items.get((int) i));
    }
    return value instanceof String ? Filters.joined(picked, "") : picked;
  }

  private static long bound(long place, int size, long low, long high) {
    return Math.max(low, Math.min(high, place < 0 ? place + size : place));
  }

  private static long whole(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    throw new TemplateException("a slice needs whole numbers, not " + PythonText.type(value));
  }

  private static void requireDefined(Object value) {
    if (value instanceof Undefined nothing) {
      throw nothing.used();
    }
  }

  private static TemplateException cannot(String what, Object a, Object b) {
    if (a instanceof Undefined nothing) {
      return nothing.used();
    }
    if (b instanceof Undefined nothing) {
      return nothing.used();
    }
    return new TemplateException(
        "%s cannot %s %s".formatted(PythonText.type(a), what, PythonText.type(b)));
  }
}
