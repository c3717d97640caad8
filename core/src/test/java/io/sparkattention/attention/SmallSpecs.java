package io.sparkattention.attention;

import io.sparkattention.registry.Registry;
import io.sparkattention.registry.Registry.Entry;
import io.sparkattention.registry.Registry.Option;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Specs of a registry's variants: the defaults, and with all numbers small. */
public final class SmallSpecs {

  private static final int[] SMALL = {6, 16};

  private SmallSpecs() {}

  /** All specs that the variants accept. */
  public static List<String> of(Registry<Attention> registry) {
    Set<String> specs = new LinkedHashSet<>();
    for (Entry<Attention> entry : registry.entries()) {
      specs.add(entry.name());
      for (int number : SMALL) {
        for (String options : combinations(entry.options(), number)) {
          String spec = entry.name() + ":" + options;
          if (accepted(registry, spec)) {
            specs.add(spec);
          }
        }
      }
    }
    return List.copyOf(specs);
  }

  /**
   * By each variant's name the last spec with its smallest numbers, so that little texts are cut;
   * where positions are renumbered, which few models allow, beside the name.
   */
  public static Map<String, String> smallest(Registry<Attention> registry) {
    Map<String, String> specs = new LinkedHashMap<>();
    for (String spec : of(registry)) {
      if (!spec.contains("=16")) {
        boolean renumbered = spec.contains("positions=renumbered");
        specs.put(spec.split(":")[0] + (renumbered ? ", renumbered" : ""), spec);
      }
    }
    return specs;
  }

  private static List<String> combinations(List<Option> options, int number) {
    List<String> specs = List.of();
    for (Option option : options) {
      List<String> longer = new ArrayList<>();
      for (String value : values(option, number)) {
        String entry = option.name() + "=" + value;
        if (specs.isEmpty()) {
          longer.add(entry);
        }
        specs.forEach(spec -> longer.add(spec + "," + entry));
      }
      specs = longer;
    }
    return specs;
  }

  private static List<String> values(Option option, int number) {
    if (option.type().isEnum()) {
      List<String> names = new ArrayList<>();
      for (Object constant : option.type().getEnumConstants()) {
        names.add(((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'));
      }
      return names;
    }
    return List.of(option.type() == int.class ? String.valueOf(number) : option.defaultValue());
  }

  private static boolean accepted(Registry<Attention> registry, String spec) {
    try {
      registry.parse(spec);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
