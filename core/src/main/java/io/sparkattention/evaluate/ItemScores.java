package io.sparkattention.evaluate;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One number per item. Parts are scored apart and merged; what follows from them does not depend on
 * the order of the items.
 *
 * @param column what was measured, as {@link Metrics#columns} names it
 * @param values by item id; NaN where an item could not be scored
 */
public record ItemScores(String column, SortedMap<String, Double> values) implements Serializable {

  public ItemScores {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** The numbers of these items. */
  public static ItemScores of(String column, Map<String, Double> values) {
    return new ItemScores(column, new TreeMap<>(values));
  }

  /**
   * The numbers of both parts.
   *
   * @throws IllegalArgumentException if they are of different columns, or have an item in common
   */
  public ItemScores merge(ItemScores other) {
    if (!column.equals(other.column)) {
      throw new IllegalArgumentException(
          "scores of " + column + " cannot be merged with scores of " + other.column);
    }
    SortedMap<String, Double> all = new TreeMap<>(values);
    other.values.forEach(
        (id, value) -> {
          if (all.put(id, value) != null) {
            throw new IllegalArgumentException("item " + id + " was scored twice: keep one");
          }
        });
    return new ItemScores(column, all);
  }

  /** The numbers in the order of the ids. */
  public double[] array() {
    return values.values().stream().mapToDouble(Double::doubleValue).toArray();
  }
}
