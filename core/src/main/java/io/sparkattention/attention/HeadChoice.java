package io.sparkattention.attention;

import io.sparkattention.registry.OptionCheck;
import java.io.Serializable;
import java.util.List;

/**
 * Heads of a model, such as {@code 3.5} for head 5 of layer 3 and {@code 4} for all of layer 4,
 * counted from 0; {@code all} for every head.
 */
record HeadChoice(List<String> names) implements Serializable {

  private static final String ALL = "all";

  HeadChoice {
    names = List.copyOf(names);
  }

  /** Notes every name that is none. */
  void check(OptionCheck check) {
    names.stream()
        .filter(name -> !name.equals(ALL) && !name.matches("\\d{1,6}(\\.\\d{1,6})?"))
        .forEach(name -> check.problem("'" + name + "' is no head: write layer.head, such as 3.5"));
  }

  boolean contains(int layer, int head) {
    return names.contains(ALL)
        || names.contains(String.valueOf(layer))
        || names.contains(layer + "." + head);
  }
}
