package io.sparkattention.jobs.job;

import static org.apache.spark.sql.functions.col;

import io.sparkattention.evaluate.Estimate;
import io.sparkattention.evaluate.ItemScores;
import io.sparkattention.evaluate.PairedComparison;
import io.sparkattention.evaluate.PairedTest;
import io.sparkattention.jobs.evaluate.Evaluation;
import io.sparkattention.jobs.evaluate.MetricResult;
import io.sparkattention.jobs.evaluate.Numbers;
import io.sparkattention.jobs.input.Runs;
import io.sparkattention.jobs.output.OutputDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Turns the numbers of all items into means, intervals and tests. The numbers of one metric at a
 * time come to the driver.
 *
 * @param columns of the metrics, in their order
 * @param leading those of them that lead their metrics
 * @param runs one, or two to be compared
 */
record EvaluationExport(
    SparkSession spark,
    List<String> columns,
    Set<String> leading,
    List<String> runs,
    Map<String, Long> counts,
    PairedTest test,
    Map<String, String> settings)
    implements JobPlan.Export {

  static EvaluationExport of(
      JobContext context, MetricKinds metrics, List<String> runs, Map<String, Long> counts) {
    return new EvaluationExport(
        context.spark(),
        metrics.columns(),
        metrics.leading(),
        runs,
        counts,
        EvaluateOptions.test(context.settings()),
        context.settings().asMap());
  }

  @Override
  public Highlights write(Dataset<Row> rows, OutputDirectory output) throws IOException {
    List<MetricResult> results = columns.stream().map(column -> result(rows, column)).toList();
    Evaluation evaluation =
        new Evaluation(results, leading, counts, test, settings, Versions.of(spark));
    evaluation.write(spark, output);
    List<String> notes = new ArrayList<>(evaluation.notes());
    notes.add("Report: " + output.beside(Evaluation.PAGE));
    return new Highlights(header(), results.stream().map(this::cells).toList(), notes);
  }

  private MetricResult result(Dataset<Row> rows, String column) {
    Map<String, Map<String, Double>> scores = new HashMap<>();
    runs.forEach(run -> scores.put(run, new HashMap<>()));
    rows.filter(col("metric").equalTo(column))
        .select("id", "run", "score")
        .collectAsList()
        .forEach(
            row ->
                scores
                    .get(row.getString(1))
                    .put(row.getString(0), row.isNullAt(2) ? Double.NaN : row.getDouble(2)));
    ItemScores predictions = ItemScores.of(column, scores.get(Runs.PREDICTIONS));
    return runs.size() == 1
        ? MetricResult.of(predictions, test)
        : MetricResult.of(predictions, ItemScores.of(column, scores.get(Runs.BASELINE)), test);
  }

  private List<String> header() {
    String interval = Numbers.percent(test.bootstrap().confidence()) + " interval";
    return runs.size() == 1
        ? List.of("metric", "n", "missing", "mean", interval)
        : List.of(
            "metric",
            "n",
            "missing",
            "mean",
            "baseline",
            "difference",
            interval,
            "p (randomization)",
            "p (t-test)");
  }

  private List<String> cells(MetricResult result) {
    Estimate mean = result.predictions().mean();
    List<String> cells = new ArrayList<>(List.of(result.column()));
    if (result.comparison().isEmpty()) {
      cells.addAll(List.of(String.valueOf(mean.n()), String.valueOf(mean.missing())));
      cells.addAll(List.of(Numbers.score(mean.mean()), Numbers.interval(mean)));
      return cells;
    }
    PairedComparison comparison = result.comparison().get();
    Estimate difference = comparison.difference();
    cells.addAll(List.of(String.valueOf(difference.n()), String.valueOf(difference.missing())));
    cells.add(Numbers.score(mean.mean()));
    cells.add(Numbers.score(result.baseline().orElseThrow().mean().mean()));
    cells.add(Numbers.difference(difference.mean()));
    cells.add(Numbers.interval(difference));
    cells.add(Numbers.p(comparison.randomizationP()));
    cells.add(Numbers.p(comparison.tP()));
    return cells;
  }
}
