package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.sparkattention.jobs.config.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Checks that rows can be told apart. */
public final class Ids {

  private static final int EXAMPLES = 5;

  private Ids() {}

  /**
   * Counts rows whose keys are unique and not null.
   *
   * @param what what a row is called in messages, such as {@code documents}
   * @throws UsageException with examples, if keys are null or occur more than once
   */
  public static long requireUnique(
      Dataset<Row> rows, List<String> keys, String what, String location) {
    Column[] columns = keys.stream().map(name -> col(name)).toArray(Column[]::new);
    Column anyNull = keys.stream().map(k -> col(k).isNull()).reduce(Column::or).orElseThrow();
    Dataset<Row> groups = rows.groupBy(columns).agg(count(lit(1)).as("n"));
    Row totals =
        groups
            .agg(
                coalesce(sum("n"), lit(0L)),
                coalesce(sum(when(anyNull, col("n"))), lit(0L)),
                coalesce(sum(when(anyNull.or(col("n").equalTo(1)), 0L).otherwise(1L)), lit(0L)))
            .first();
    String name = String.join(", ", keys);
    List<String> problems = new ArrayList<>();
    if (totals.getLong(1) > 0) {
      problems.add(
          totals.getLong(1)
              + " "
              + what
              + " of "
              + location
              + " have no "
              + name
              + ": give each its own, or drop them");
    }
    if (totals.getLong(2) > 0) {
      problems.add(
          totals.getLong(2)
              + " "
              + name
              + " of "
              + location
              + " occur more than once, such as "
              + examples(groups.filter(col("n").gt(1).and(anyNull.unary_$bang())), keys)
              + ": each must name one row");
    }
    if (!problems.isEmpty()) {
      throw new UsageException(problems);
    }
    return totals.getLong(0);
  }

  private static String examples(Dataset<Row> repeated, List<String> keys) {
    Column[] order = keys.stream().map(name -> col(name)).toArray(Column[]::new);
    return repeated.orderBy(order).limit(EXAMPLES).collectAsList().stream()
        .map(
            row ->
                IntStream.range(0, keys.size())
                        .mapToObj(row::getString)
                        .collect(Collectors.joining(", ", "'", "'"))
                    + " ("
                    + row.getLong(keys.size())
                    + " times)")
        .collect(Collectors.joining(", "));
  }
}
