package io.sparkattention.model;

import java.util.List;

/** A model cannot be loaded; the message lists every reason. */
public final class ModelLoadException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * @param location what was to be loaded
   * @param problems every reason why it cannot be
   */
  public ModelLoadException(String location, List<String> problems) {
    super("model '" + location + "' cannot be loaded: " + String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Every reason. */
  public List<String> problems() {
    return problems == null ? List.of() : problems;
  }
}
