package io.sparkattention.jobs.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;

import io.sparkattention.jobs.corpus.NumberColumns;
import io.sparkattention.jobs.corpus.RobustDeviations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * The table {@code _outliers} of heads: documents whose heads are unlike themselves in the other
 * documents. Means over heads, of which {@link Outliers} are, hide heads that change in opposite
 * directions.
 *
 * @param statistics the columns of the statistics, in the order of the deviations
 * @param documents how many have a number that tells
 * @param flagged how many of them are unlike the others
 * @param farthest those with the greatest deviations, the greatest first
 */
public record OutlierFlags(
    List<String> statistics, long documents, long flagged, List<Flag> farthest) {

  static final String TABLE = "outliers";

  private static final String OUTLIER = "outlier";
  private static final String DEVIATION = "deviation";
  private static final String FARTHEST = "farthest";
  static final List<String> COLUMNS =
      List.of(LevelTable.ID, LevelTable.TOKENS, OUTLIER, DEVIATION, FARTHEST);

  /**
   * A document.
   *
   * @param tokens how many it has; null where that is not told
   * @param deviation of the statistic that is farthest, in robust deviations
   * @param farthest the column of that statistic
   * @param deviations of each statistic; null where there is no number or no spread
   */
  public record Flag(
      String id,
      Double tokens,
      boolean outlier,
      Double deviation,
      String farthest,
      List<Double> deviations) {}

  /** Of a table that {@link io.sparkattention.jobs.corpus.DocumentOutliers} wrote. */
  static OutlierFlags of(Dataset<Row> table) {
    String end = RobustDeviations.column("");
    List<String> statistics =
        Arrays.stream(table.columns())
            .filter(name -> !COLUMNS.contains(name) && name.endsWith(end))
            .map(name -> name.substring(0, name.length() - end.length()))
            .toList();
    Row counts = table.agg(count(col(OUTLIER)), count_if(col(OUTLIER))).first();
    List<Column> columns = new ArrayList<>();
    columns.add(col(LevelTable.ID).cast(DataTypes.StringType).as(LevelTable.ID));
    COLUMNS.stream().skip(1).map(NumberColumns::named).forEach(columns::add);
    statistics.stream()
        .map(RobustDeviations::column)
        .map(NumberColumns::named)
        .forEach(columns::add);
    List<Flag> farthest =
        table
            .filter(col(DEVIATION).isNotNull())
            .orderBy(col(DEVIATION).desc(), col(LevelTable.ID))
            .limit(Outliers.LISTED)
            .select(columns.toArray(Column[]::new))
            .collectAsList()
            .stream()
            .map(row -> flag(row, statistics.size()))
            .toList();
    return new OutlierFlags(statistics, counts.getLong(0), counts.getLong(1), farthest);
  }

  private static Flag flag(Row row, int statistics) {
    int first = COLUMNS.size();
    return new Flag(
        row.getString(0),
        MeanInterval.rounded(MeanInterval.number(row, 1)),
        !row.isNullAt(2) && row.getBoolean(2),
        MeanInterval.rounded(MeanInterval.number(row, 3)),
        row.getString(4),
        IntStream.range(first, first + statistics)
            .mapToObj(cell -> MeanInterval.rounded(MeanInterval.number(row, cell)))
            .toList());
  }
}
