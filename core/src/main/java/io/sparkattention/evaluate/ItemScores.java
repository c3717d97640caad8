package io.sparkattention.evaluate;

import io.sparkattention.model.Outcome;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
   * The numbers that a metric gave for items, one result per column of {@link Metrics#columns}; NaN
   * where an outcome is an error.
   *
   * @param ids of the items
   * @param outcomes one per id, in order
   * @throws IllegalArgumentException if two items have the same id
   */
  public static List<ItemScores> of(
      Metric metric, List<String> ids, List<Outcome<double[]>> outcomes) {
    List<String> columns = Metrics.columns(metric);
    List<ItemScores> scores = new ArrayList<>();
    for (int part = 0; part < columns.size(); part++) {
      SortedMap<String, Double> values = new TreeMap<>();
      for (int i = 0; i < ids.size(); i++) {
        Outcome<double[]> outcome = outcomes.get(i);
        put(values, ids.get(i), outcome.failed() ? Double.NaN : outcome.value()[part]);
      }
      scores.add(new ItemScores(columns.get(part), values));
    }
    return scores;
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
    other.values.forEach((id, value) -> put(all, id, value));
    return new ItemScores(column, all);
  }

  private static void put(Map<String, Double> values, String id, double value) {
    if (values.put(id, value) != null) {
      throw new IllegalArgumentException("item " + id + " was scored twice: keep one");
    }
  }

  /** The numbers in the order of the ids. */
  public double[] array() {
    return values.values().stream().mapToDouble(Double::doubleValue).toArray();
  }
}
