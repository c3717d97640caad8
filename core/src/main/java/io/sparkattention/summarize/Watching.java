package io.sparkattention.summarize;

import java.io.Serializable;
import java.util.Set;

/**
 * What is to be told of a model's attention while it writes.
 *
 * @param columns none to watch nothing
 * @param experimental whether numbers are given that mean nothing for the model at hand
 */
public record Watching(Set<WatchedColumn> columns, boolean experimental) implements Serializable {

  /** Nothing. */
  public static final Watching NOTHING = new Watching(Set.of(), false);

  public Watching {
    columns = Set.copyOf(columns);
  }
}
