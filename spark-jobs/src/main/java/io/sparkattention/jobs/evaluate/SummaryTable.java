package io.sparkattention.jobs.evaluate;

import static io.sparkattention.udfs.work.Columns.column;

import io.sparkattention.evaluate.Estimate;
import io.sparkattention.evaluate.PairedComparison;
import io.sparkattention.jobs.output.OutputSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** The results of all metrics as a table, one row a metric. */
public final class SummaryTable {

  private static final DataType NUMBER = DataTypes.DoubleType;
  private static final DataType COUNT = DataTypes.IntegerType;

  /** Its columns. */
  public static final OutputSchema SCHEMA =
      OutputSchema.withoutProvenance(
          "evaluation",
          1,
          List.of("metric"),
          List.of(
              column("metric", DataTypes.StringType, "what was measured"),
              column("n", COUNT, "items that have a score"),
              column("missing", COUNT, "items that have none; they are in no mean"),
              column("mean", NUMBER, "mean of the predictions"),
              column("low", NUMBER, "lower end of its interval; null with less than 2 items"),
              column("high", NUMBER, "upper end of its interval"),
              column("baseline_n", COUNT, "as n, of the baseline; null where there is none"),
              column("baseline_missing", COUNT, "as missing, of the baseline"),
              column("baseline_mean", NUMBER, "mean of the baseline"),
              column("baseline_low", NUMBER, "lower end of its interval"),
              column("baseline_high", NUMBER, "upper end of its interval"),
              column("difference_n", COUNT, "items that both runs have a score for"),
              column("difference", NUMBER, "mean of predictions minus baseline over those items"),
              column("difference_low", NUMBER, "lower end of its interval"),
              column("difference_high", NUMBER, "upper end of its interval"),
              column("better", COUNT, "items on which the predictions are better"),
              column("worse", COUNT, "items on which they are worse"),
              column("p_randomization", NUMBER, "two-sided p of the paired randomization test"),
              column(
                  "p_exact", DataTypes.BooleanType, "whether that test went through all changes"),
              column("p_t", NUMBER, "two-sided p of the paired t-test")));

  private SummaryTable() {}

  /** The row of a metric. */
  static Row row(MetricResult result) {
    List<Object> cells = new ArrayList<>();
    cells.add(result.column());
    add(result.predictions().mean(), cells);
    result.baseline().ifPresentOrElse(run -> add(run.mean(), cells), () -> addNulls(5, cells));
    result.comparison().ifPresentOrElse(test -> add(test, cells), () -> addNulls(9, cells));
    return RowFactory.create(cells.toArray());
  }

  /** The row of a metric, by the names of the columns. */
  static Map<String, Object> cells(MetricResult result) {
    Row row = row(result);
    Map<String, Object> cells = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      cells.put(SCHEMA.type().fieldNames()[i], row.get(i));
    }
    return cells;
  }

  private static void add(Estimate estimate, List<Object> cells) {
    cells.add(estimate.n());
    cells.add(estimate.missing());
    addInterval(estimate, cells);
  }

  private static void add(PairedComparison comparison, List<Object> cells) {
    cells.add(comparison.difference().n());
    addInterval(comparison.difference(), cells);
    cells.add(comparison.better());
    cells.add(comparison.worse());
    cells.add(known(comparison.randomizationP()));
    cells.add(comparison.exact());
    cells.add(known(comparison.tP()));
  }

  private static void addInterval(Estimate estimate, List<Object> cells) {
    cells.add(known(estimate.mean()));
    cells.add(known(estimate.low()));
    cells.add(known(estimate.high()));
  }

  private static void addNulls(int count, List<Object> cells) {
    for (int i = 0; i < count; i++) {
      cells.add(null);
    }
  }

  private static Double known(double value) {
    return Double.isNaN(value) ? null : (Double) value;
  }
}
