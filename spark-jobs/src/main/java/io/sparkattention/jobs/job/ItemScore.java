package io.sparkattention.jobs.job;

import io.sparkattention.evaluate.Metric;
import io.sparkattention.evaluate.Metrics;
import io.sparkattention.model.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * One number of an item.
 *
 * @param run which run the item was measured in
 * @param column what was measured, as {@link Metrics#columns} names it
 * @param value null if there is none
 * @param error why there is none; null if there is one
 */
record ItemScore(String run, String column, Double value, String error) {

  /** The numbers of all parts of a metric. */
  static List<ItemScore> of(String run, Metric metric, Outcome<double[]> outcome) {
    List<String> columns = Metrics.columns(metric);
    List<ItemScore> scores = new ArrayList<>();
    for (int part = 0; part < columns.size(); part++) {
      Double value = outcome.failed() ? null : (Double) outcome.value()[part];
      boolean none = value != null && !Double.isFinite(value);
      scores.add(
          new ItemScore(
              run,
              columns.get(part),
              none ? null : value,
              none ? "the score is " + value : outcome.error()));
    }
    return scores;
  }
}
