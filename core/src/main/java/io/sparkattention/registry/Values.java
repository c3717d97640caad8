package io.sparkattention.registry;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Text to option value and back: whole numbers, decimals, switches, text, enum constants, further
 * specs of the same registry, and lists and maps of these.
 */
final class Values<T> {

  private final Registry<T> registry;

  /**
   * @param registry reads and writes the values that are specs
   */
  Values(Registry<T> registry) {
    this.registry = registry;
  }

  /** The type of a list's items, or null if the component is no list. */
  static Class<?> itemType(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType list
            && list.getRawType() == List.class
        ? (Class<?>) list.getActualTypeArguments()[0]
        : null;
  }

  /** Whether a component is a map, which takes the entries of a spec that name no option. */
  static boolean isKeyed(RecordComponent component) {
    return component.getType() == Map.class;
  }

  /** The value of a component, or of an entry where the component is a map. */
  Object parse(RecordComponent component, String text) {
    if (isKeyed(component)) {
      ParameterizedType map = (ParameterizedType) component.getGenericType();
      return parse((Class<?>) map.getActualTypeArguments()[1], text);
    }
    Class<?> itemType = itemType(component);
    return itemType == null ? parse(component.getType(), text) : parseList(itemType, text);
  }

  String format(RecordComponent component, T owner) {
    Object value = value(component, owner);
    return value instanceof List<?> items
        ? SpecList.join(items.stream().map(this::format).toList())
        : format(value);
  }

  /** The entries of a component that is a map. */
  Map<String, String> formatEntries(RecordComponent component, T owner) {
    Map<String, String> texts = new LinkedHashMap<>();
    ((Map<?, ?>) value(component, owner))
        .forEach((key, value) -> texts.put(String.valueOf(key), format(value)));
    return texts;
  }

  private Object value(RecordComponent component, T owner) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Tells everything that is wrong with any item. */
  private List<Object> parseList(Class<?> itemType, String text) {
    List<Object> items = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    if (!text.isBlank()) {
      for (String item : SpecList.split(text)) {
        try {
          items.add(parse(itemType, item));
        } catch (IllegalArgumentException e) {
          problems.add("item " + (items.size() + problems.size() + 1) + ": " + e.getMessage());
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return items;
  }

  private Object parse(Class<?> type, String text) {
    try {
      if (type == int.class || type == Integer.class) {
        return Integer.parseInt(text);
      }
      if (type == long.class || type == Long.class) {
        return Long.parseLong(text);
      }
      if (isDecimal(type)) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a " + (isDecimal(type) ? "number" : "whole number"), e);
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
    if (type.isInterface()) {
      return parseSpec(text);
    }
    throw new IllegalStateException("options of type " + type.getName() + " are not supported");
  }

  @SuppressWarnings("unchecked") // an option of another type is refused when it is parsed
  private String format(Object value) {
    if (value instanceof Enum<?> constant) {
      return spelled(constant);
    }
    return value instanceof Record variant ? registry.format((T) variant) : String.valueOf(value);
  }

  private static boolean isDecimal(Class<?> type) {
    return type == double.class || type == Double.class;
  }

  private T parseSpec(String text) {
    if (text.matches("[^:]*=.*")) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no spec but an option: put a spec with several options into brackets, such"
              + " as [name:key=value,key=value]");
    }
    return registry.parse(text);
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
