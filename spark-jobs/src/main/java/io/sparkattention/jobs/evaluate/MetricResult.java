package io.sparkattention.jobs.evaluate;

import io.sparkattention.evaluate.Estimate;
import io.sparkattention.evaluate.ItemScores;
import io.sparkattention.evaluate.PairedComparison;
import io.sparkattention.evaluate.PairedTest;
import java.util.Arrays;
import java.util.Optional;

/**
 * What was measured by one metric, or by one part of it.
 *
 * @param column names it
 * @param predictions the run that is measured
 * @param baseline the run that it is compared with, if there is one
 * @param comparison predictions minus baseline, if there is one
 */
public record MetricResult(
    String column,
    RunResult predictions,
    Optional<RunResult> baseline,
    Optional<PairedComparison> comparison) {

  /**
   * A run by one metric.
   *
   * @param scores of the items
   * @param mean of them
   */
  public record RunResult(ItemScores scores, Estimate mean) {

    /** The scores of items that have one, lowest first. */
    double[] sorted() {
      return Arrays.stream(scores.array()).filter(score -> !Double.isNaN(score)).sorted().toArray();
    }
  }

  /** Measures one run. */
  public static MetricResult of(ItemScores predictions, PairedTest test) {
    return new MetricResult(
        predictions.column(), result(predictions, test), Optional.empty(), Optional.empty());
  }

  /** Measures a run and compares it with another. */
  public static MetricResult of(ItemScores predictions, ItemScores baseline, PairedTest test) {
    return new MetricResult(
        predictions.column(),
        result(predictions, test),
        Optional.of(result(baseline, test)),
        Optional.of(test.compare(baseline, predictions)));
  }

  private static RunResult result(ItemScores scores, PairedTest test) {
    return new RunResult(scores, test.bootstrap().estimate(scores));
  }

  /** Predictions minus baseline for items that both could score, lowest first. */
  double[] differences() {
    ItemScores other = baseline.orElseThrow().scores();
    return predictions.scores().values().entrySet().stream()
        .mapToDouble(
            item -> item.getValue() - other.values().getOrDefault(item.getKey(), Double.NaN))
        .filter(difference -> !Double.isNaN(difference))
        .sorted()
        .toArray();
  }
}
