package io.sparkattention.jobs.corpus;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.ln;
import static org.apache.spark.sql.functions.percentile_approx;
import static org.apache.spark.sql.functions.regr_intercept;
import static org.apache.spark.sql.functions.regr_slope;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How far the numbers of a document lie from those of the others, in robust deviations: the centre
 * is the median, a deviation is 1.4826 times the median distance from it, and numbers are taken
 * relative to what a straight line over the logarithm of the number of tokens says, since many
 * statistics grow with the length. Iglewicz and Hoaglin (How to Detect and Handle Outliers, 1993)
 * call those beyond 3.5 outliers.
 *
 * <p>Three aggregations, of which a row a group comes to the driver. They do not depend on how rows
 * are parted: sums to rounding, medians within 1 in {@value #ACCURACY} of the rank.
 */
public final class RobustDeviations {

  /** Where outliers begin. */
  public static final double BEYOND = 3.5;

  /** How few documents have a centre and a spread. */
  public static final int FEWEST = 8;

  private static final double NORMAL = 1.4826; // deviations of a normal distribution
  private static final int ACCURACY = 10_000;
  private static final double NOISE = 1e-6; // of their size, in numbers that are all the same

  private RobustDeviations() {}

  /** The column of a statistic's deviations. */
  public static String column(String statistic) {
    return statistic + "_deviation";
  }

  /**
   * Rows with a column of deviations for each statistic; null where a row has no number, numbers do
   * not vary, or fewer than {@value #FEWEST} are there.
   *
   * @param rows numbers are finite or null
   * @param tokens the column with the number of tokens; where it is null everywhere, or the same,
   *     lengths are left aside
   * @param by rows that agree in these columns are compared with each other; none for all rows
   */
  public static Dataset<Row> of(
      Dataset<Row> rows, String tokens, List<String> by, List<String> statistics) {
    Column length = when(NumberColumns.named(tokens).gt(0), ln(NumberColumns.named(tokens)));
    List<Column> lines = new ArrayList<>();
    for (int i = 0; i < statistics.size(); i++) {
      lines.add(regr_slope(NumberColumns.named(statistics.get(i)), length).as("_slope" + i));
      lines.add(regr_intercept(NumberColumns.named(statistics.get(i)), length).as("_start" + i));
      lines.add(avg(abs(NumberColumns.named(statistics.get(i)))).as("_size" + i));
      lines.add(count(NumberColumns.named(statistics.get(i))).as("_count" + i));
    }
    Dataset<Row> all = joined(rows, by, lines);
    for (int i = 0; i < statistics.size(); i++) {
      Column line = col("_slope" + i).multiply(length).plus(col("_start" + i));
      Column known = col("_slope" + i).between(-Double.MAX_VALUE, Double.MAX_VALUE);
      Column number = NumberColumns.named(statistics.get(i));
      all = all.withColumn("_rest" + i, when(known, number.minus(line)).otherwise(number));
    }
    List<Column> medians = new ArrayList<>();
    for (int i = 0; i < statistics.size(); i++) {
      medians.add(median(col("_rest" + i)).as("_median" + i));
    }
    all = joined(all, by, medians);
    List<Column> spreads = new ArrayList<>();
    for (int i = 0; i < statistics.size(); i++) {
      Column away = abs(col("_rest" + i).minus(col("_median" + i)));
      spreads.add(median(away).as("_spread" + i));
    }
    all = joined(all, by, spreads);
    List<Column> columns = new ArrayList<>();
    Arrays.stream(rows.columns()).map(NumberColumns::named).forEach(columns::add);
    for (int i = 0; i < statistics.size(); i++) {
      Column spread = col("_spread" + i).multiply(NORMAL);
      Column away = col("_rest" + i).minus(col("_median" + i));
      Column varies =
          col("_spread" + i)
              .gt(col("_size" + i).multiply(NOISE))
              .and(col("_count" + i).geq(FEWEST));
      columns.add(when(varies, away.divide(spread)).as(column(statistics.get(i))));
    }
    return all.select(columns.toArray(Column[]::new));
  }

  private static Dataset<Row> joined(Dataset<Row> rows, List<String> by, List<Column> aggregates) {
    Column[] keys = by.stream().map(NumberColumns::named).toArray(Column[]::new);
    Column[] rest = aggregates.stream().skip(1).toArray(Column[]::new);
    Dataset<Row> groups = rows.groupBy(keys).agg(aggregates.get(0), rest);
    Dataset<Row> found = // collected, or the plan would double with every step
        rows.sparkSession().createDataFrame(groups.collectAsList(), groups.schema());
    return by.isEmpty()
        ? rows.crossJoin(broadcast(found))
        : rows.join(broadcast(found), by.toArray(String[]::new));
  }

  private static Column median(Column numbers) {
    return percentile_approx(numbers, lit(0.5), lit(ACCURACY));
  }
}
