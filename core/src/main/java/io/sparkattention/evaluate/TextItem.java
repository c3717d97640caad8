package io.sparkattention.evaluate;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A text that a run made, and what it is compared with.
 *
 * @param id names the item in both of two runs that are compared
 * @param prediction what the run made; null if it failed
 * @param references what people wrote; those that are null are left out
 */
public record TextItem(String id, String prediction, List<String> references)
    implements Serializable {

  /** Why an item without a reference has no score. */
  static final String NO_REFERENCE = "the item has no reference";

  public TextItem {
    Objects.requireNonNull(id, "id");
    references =
        references == null ? List.of() : references.stream().filter(Objects::nonNull).toList();
  }

  /** An item with one reference. */
  public TextItem(String id, String prediction, String reference) {
    this(id, prediction, reference == null ? List.of() : List.of(reference));
  }

  /** The prediction; empty if there is none. */
  String predicted() {
    return prediction == null ? "" : prediction;
  }
}
