package io.sparkattention.text.jinja;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/** How Python writes values: for people, as it reads them again, and as JSON. */
final class PythonText {

  private PythonText() {}

  /** As {@code str} does. */
  static String str(Object value) {
    return value instanceof String text ? text : value instanceof Undefined ? "" : repr(value);
  }

  /** What Python calls the type of a value. */
  static String type(Object value) {
    return value == null
        ? "None"
        : value instanceof String
            ? "a text"
            : value instanceof Undefined
                ? "undefined"
                : value instanceof List
                    ? "a list"
                    : value instanceof Map
                        ? "a dictionary"
                        : value instanceof Boolean
                            ? "a boolean"
                            : value instanceof Number ? "a number" : "a function";
  }

  private static String repr(Object value) {
    StringBuilder out = new StringBuilder();
    repr(value, out);
    return out.toString();
  }

  private static void repr(Object value, StringBuilder out) {
    if (value == null) {
      out.append("None");
    } else if (value instanceof Boolean truth) {
      out.append(truth ? "True" : "False");
    } else if (value instanceof Double number) {
      out.append(decimal(number));
    } else if (value instanceof String text) {
      quote(text, out);
    } else if (value instanceof List<?> list) {
      out.append('[');
      String gap = "";
      for (Object each : list) {
        out.append(gap);
        repr(each, out);
        gap = ", ";
      }
      out.append(']');
    } else if (value instanceof Map<?, ?> map) {
      out.append('{');
      String gap = "";
      for (Map.Entry<?, ?> each : map.entrySet()) {
        out.append(gap);
        repr(each.getKey(), out);
        out.append(": ");
        repr(each.getValue(), out);
        gap = ", ";
      }
      out.append('}');
    } else if (value instanceof Undefined) {
      out.append("Undefined");
    } else {
      out.append(value);
    }
  }

  private static void quote(String text, StringBuilder out) {
    char mark = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(mark);
    text.codePoints()
        .forEach(
            c -> {
              if (c == mark || c == '\\') {
                out.append('\\').append((char) c);
              } else if ("\n\r\t".indexOf(c) >= 0) {
                out.append('\\').append("nrt".charAt("\n\r\t".indexOf(c)));
              } else if (c < 32 || c == 127) {
                out.append("\\x%02x".formatted(c));
              } else {
                out.appendCodePoint(c);
              }
            });
    out.append(mark);
  }

  private static String decimal(double number) {
    double size = Math.abs(number);
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    if (Double.isNaN(number)) {
      return "nan";
    }
    if (size == 0 || (size >= 1e-4 && size < 1e16)) {
      String plain = new BigDecimal(Double.toString(number)).toPlainString();
      String sign = size == 0 && 1 / number < 0 ? "-" : "";
      return sign + (plain.contains(".") ? plain : plain + ".0");
    }
    String[] parts = Double.toString(number).split("E");
    int power = Integer.parseInt(parts[1]);
    return "%se%s%02d"
        .formatted(parts[0].replaceFirst("\\.0$", ""), power < 0 ? "-" : "+", Math.abs(power));
  }

  /**
   * As {@code json.dumps} does with {@code ensure_ascii=False}.
   *
   * @param indent blanks a level; below 0 for one line
   */
  static String json(Object value, int indent) {
    StringBuilder out = new StringBuilder();
    json(value, indent, 0, out);
    return out.toString();
  }

  private static void json(Object value, int indent, int level, StringBuilder out) {
    if (value == null || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof Double number) {
      out.append(decimal(number).replace("inf", "Infinity").replace("nan", "NaN"));
    } else if (value instanceof Long) {
      out.append(value);
    } else if (value instanceof String text) {
      jsonText(text, out);
    } else if (value instanceof List<?> list) {
      out.append('[');
      String gap = "";
      for (Object each : list) {
        out.append(gap);
        gap = indent < 0 ? ", " : ",";
        newLine(indent, level + 1, out);
        json(each, indent, level + 1, out);
      }
      if (!list.isEmpty()) {
        newLine(indent, level, out);
      }
      out.append(']');
    } else if (value instanceof Map<?, ?> map) {
      out.append('{');
      String gap = "";
      for (Map.Entry<?, ?> each : map.entrySet()) {
        out.append(gap);
        gap = indent < 0 ? ", " : ",";
        newLine(indent, level + 1, out);
        jsonText(str(each.getKey()), out);
        out.append(": ");
        json(each.getValue(), indent, level + 1, out);
      }
      if (!map.isEmpty()) {
        newLine(indent, level, out);
      }
      out.append('}');
    } else {
      throw new TemplateException(type(value) + " cannot be written as JSON");
    }
  }

  private static void newLine(int indent, int level, StringBuilder out) {
    if (indent >= 0) {
      out.append('\n').append(" ".repeat(indent * level));
    }
  }

  private static void jsonText(String text, StringBuilder out) {
    out.append('"');
    for (char c : text.toCharArray()) {
      int plain = "\"\\\n\r\t\b\f".indexOf(c);
      if (plain >= 0) {
        out.append('\\').append("\"\\nrtbf".charAt(plain));
      } else if (c < 32) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
