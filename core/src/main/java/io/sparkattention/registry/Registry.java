package io.sparkattention.registry;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The variants of one kind, by name. A variant is a record: its components are its options and its
 * constructor checks them. A component whose type is an interface, or a list of it, takes specs of
 * the same registry: so variants are made of others. A component that is a map from text to such
 * specs takes the entries that name no option, such as {@code 0-3=dense}. A spec names a variant
 * and sets options; {@link #format} writes the spec that makes an equal record, which is the
 * provenance that results carry.
 *
 * @param <T> what all variants are
 */
public final class Registry<T> {

  /** One registered variant. */
  public record Entry<T>(String name, Class<? extends T> type) {

    /** One sentence that says what it is, and where it is no more than a mechanism, that. */
    public String summary() {
      Described described = type.getAnnotation(Described.class);
      return described.summary()
          + (described.operatorOnly() ? " (operator only: no trained weights)" : "");
    }

    /** Where it comes from. */
    public String source() {
      return type.getAnnotation(Described.class).source();
    }

    /** Its options, in the order of the record's components. */
    public List<Option> options() {
      return Arrays.stream(type.getRecordComponents()).map(Option::of).toList();
    }
  }

  /**
   * One option of a variant.
   *
   * @param name in angle brackets where it stands for keys that a spec may choose
   * @param itemType what a list is of; null if the option is no list
   * @param defaultValue as in a spec; null where a spec must set the option
   */
  public record Option(
      String name, Class<?> type, Class<?> itemType, String defaultValue, String means) {
    static Option of(RecordComponent component) {
      Default given = component.getAnnotation(Default.class);
      String name = hyphenated(component.getName());
      return new Option(
          Values.isKeyed(component) ? "<" + name + ">" : name,
          component.getType(),
          Values.itemType(component),
          given == null ? null : given.value(),
          given == null ? "" : given.means());
    }
  }

  private final String kind;
  private final Map<String, Entry<T>> entries = new TreeMap<>();
  private final Values<T> optionValues = new Values<>(this);

  /**
   * @param kind what a variant is called in messages, such as {@code attention}
   */
  public Registry(String kind) {
    this.kind = kind;
  }

  /** Registers a variant; returns this, so that a registry reads as one list. */
  public Registry<T> add(String name, Class<? extends T> type) {
    if (!type.isRecord() || type.getAnnotation(Described.class) == null) {
      throw new IllegalArgumentException(type.getName() + " must be a record with @Described");
    }
    if (entries.put(name, new Entry<>(name, type)) != null) {
      throw new IllegalArgumentException("two variants of " + kind + " are named " + name);
    }
    return this;
  }

  /** All variants in the order of their names. */
  public List<Entry<T>> entries() {
    return List.copyOf(entries.values());
  }

  /**
   * Makes the variant that a spec describes.
   *
   * @throws IllegalArgumentException with every reason: an unknown name (the message lists those
   *     that exist), unknown or missing options, values that do not parse or that the record
   *     refuses
   */
  public T parse(String spec) {
    Settings settings = Settings.parse(spec);
    Entry<T> entry = entries.get(settings.name());
    if (entry == null) {
      throw new IllegalArgumentException(
          "unknown "
              + kind
              + " '"
              + settings.name()
              + "'"
              + Spelling.hint(settings.name(), entries.keySet())
              + ": use one of "
              + names());
    }
    return construct(entry, settings);
  }

  /** The spec that {@link #parse} turns into an equal record; every option is written out. */
  public String format(T variant) {
    Entry<T> entry =
        entries.values().stream()
            .filter(e -> e.type() == variant.getClass())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        variant.getClass().getName() + " is not a registered " + kind));
    Map<String, String> values = new LinkedHashMap<>();
    for (RecordComponent component : entry.type().getRecordComponents()) {
      if (Values.isKeyed(component)) {
        values.putAll(optionValues.formatEntries(component, variant));
      } else {
        values.put(hyphenated(component.getName()), optionValues.format(component, variant));
      }
    }
    return new Settings(entry.name(), values).toString();
  }

  private String names() {
    return String.join(", ", entries.keySet());
  }

  private T construct(Entry<T> entry, Settings settings) {
    List<String> problems = new ArrayList<>();
    RecordComponent[] components = entry.type().getRecordComponents();
    Set<String> options = new LinkedHashSet<>();
    for (RecordComponent component : components) {
      if (!Values.isKeyed(component)) {
        options.add(hyphenated(component.getName()));
      }
    }
    Map<String, String> others = new LinkedHashMap<>(settings.values());
    others.keySet().removeAll(options);
    if (options.size() == components.length) {
      others.keySet().forEach(key -> problems.add(unknown(key, options)));
    }
    List<Object> arguments = new ArrayList<>();
    for (RecordComponent component : components) {
      Object argument =
          Values.isKeyed(component)
              ? entries(component, others, problems)
              : option(component, settings, problems);
      if (argument != null) {
        arguments.add(argument);
      }
    }
    if (arguments.size() == components.length) {
      try {
        T variant = instantiate(entry.type(), components, arguments);
        if (problems.isEmpty()) {
          return variant;
        }
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    }
    throw new IllegalArgumentException(
        kind + " '" + settings + "' cannot be used: " + String.join("; ", problems));
  }

  private static String unknown(String key, Set<String> options) {
    return "it has no option '"
        + key
        + "'"
        + Spelling.hint(key, options)
        + (options.isEmpty() ? ": it has none" : ": use " + String.join(", ", options));
  }

  /** The value of an option; its default where the given one is a problem; null without either. */
  private Object option(RecordComponent component, Settings settings, List<String> problems) {
    String key = hyphenated(component.getName());
    Default given = component.getAnnotation(Default.class);
    String otherwise = given == null ? null : SpecList.unwrapped(given.value());
    String text = settings.values().getOrDefault(key, otherwise);
    if (text == null) {
      problems.add("option '" + key + "' must be set");
      return null;
    }
    try {
      return optionValues.parse(component, text);
    } catch (IllegalArgumentException e) {
      problems.add("option '" + key + "': " + e.getMessage());
      // so that the record can say what else it refuses; a list must fit to other options
      return given != null && Values.itemType(component) == null
          ? optionValues.parse(component, otherwise)
          : null;
    }
  }

  /** The values of the entries that name no option. */
  private Map<String, Object> entries(
      RecordComponent component, Map<String, String> texts, List<String> problems) {
    Map<String, Object> values = new LinkedHashMap<>();
    texts.forEach(
        (key, text) -> {
          try {
            values.put(key, optionValues.parse(component, text));
          } catch (IllegalArgumentException e) {
            problems.add("'" + key + "': " + e.getMessage());
          }
        });
    return values;
  }

  private static <T> T instantiate(
      Class<? extends T> type, RecordComponent[] components, List<Object> arguments) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<? extends T> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hyphenated(String camelCase) {
    return Arrays.stream(camelCase.split("(?=\\p{Upper})"))
        .map(part -> part.toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("-"));
  }
}
