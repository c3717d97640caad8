package io.sparkattention.evaluate;

import java.io.Serializable;
import java.util.Objects;

/**
 * A text that a run made, and the document that it was made from.
 *
 * @param id names the document, and the item in both of two runs that are compared
 * @param prediction what the run made; null if it failed
 * @param document what it was made from; null if it is not known
 */
public record SourceItem(String id, String prediction, String document) implements Serializable {

  public SourceItem {
    Objects.requireNonNull(id, "id");
  }
}
