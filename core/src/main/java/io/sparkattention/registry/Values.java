package io.sparkattention.registry;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Text to option value and back: whole numbers, decimals, switches, text and enum constants. */
final class Values {

  private Values() {}

  static Object parse(Class<?> type, String text) {
    try {
      if (type == int.class) {
        return Integer.parseInt(text);
      }
      if (type == long.class) {
        return Long.parseLong(text);
      }
      if (type == double.class) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a " + (type == double.class ? "number" : "whole number"), e);
    }
    if (type == boolean.class) {
      return parseSwitch(text);
    }
    if (type == String.class) {
      return text;
    }
    if (type.isEnum()) {
      return parseConstant(type, text);
    }
    throw new IllegalStateException("options of type " + type.getName() + " are not supported");
  }

  static String format(RecordComponent component, Object owner) {
    try {
      component.getAccessor().setAccessible(true);
      Object value = component.getAccessor().invoke(owner);
      return value instanceof Enum<?> constant ? spelled(constant) : String.valueOf(value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean parseSwitch(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  private static Object parseConstant(Class<?> type, String text) {
    Object[] constants = type.getEnumConstants();
    return Arrays.stream(constants)
        .filter(constant -> spelled((Enum<?>) constant).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'"
                        + text
                        + "' is none of "
                        + Arrays.stream(constants)
                            .map(constant -> spelled((Enum<?>) constant))
                            .sorted()
                            .collect(Collectors.joining(", "))));
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
