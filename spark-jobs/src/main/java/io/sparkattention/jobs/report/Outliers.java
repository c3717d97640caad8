package io.sparkattention.jobs.report;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;

import io.sparkattention.jobs.corpus.NumberColumns;
import io.sparkattention.jobs.corpus.RobustDeviations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Documents whose numbers lie far from those of the others, as {@link RobustDeviations} says.
 *
 * @param statistics the names of the statistics, in the order of the deviations
 * @param count how many documents are beyond {@link RobustDeviations#BEYOND} in some statistic
 * @param farthest those with the greatest deviations, the greatest first
 */
public record Outliers(List<String> statistics, long count, List<Outlier> farthest) {

  /** How many documents are listed. */
  static final int LISTED = 25;

  private static final int MOST_REASONS = 3;
  private static final String FARTHEST = "_farthest";

  /**
   * A document.
   *
   * @param tokens how many it has; null where that is not told
   * @param truncated whether text was left out
   * @param reasons why it is far, in words
   * @param numbers of each statistic; null where it has none
   * @param deviations of each statistic; null where there is no number or no spread
   */
  public record Outlier(
      String id,
      Double tokens,
      boolean truncated,
      List<String> reasons,
      List<Double> numbers,
      List<Double> deviations) {}

  /** Among the rows of {@link DocumentNumbers#rows}. */
  static Outliers of(List<StatisticColumn> columns, Dataset<Row> rows) {
    List<String> names = columns.stream().map(StatisticColumn::name).toList();
    if (columns.isEmpty() || rows.count() < RobustDeviations.FEWEST) {
      return new Outliers(names, 0, List.of());
    }
    return ofDeviations(RobustDeviations.of(rows, LevelTable.TOKENS, List.of(), names), names);
  }

  private static Outliers ofDeviations(Dataset<Row> rows, List<String> names) {
    List<Column> deviations =
        names.stream().map(RobustDeviations::column).map(NumberColumns::named).toList();
    List<Column> selected = new ArrayList<>();
    selected.add(col(LevelTable.ID));
    selected.add(col(LevelTable.TOKENS));
    selected.add(col(LevelTable.TRUNCATED));
    names.forEach(name -> selected.add(NumberColumns.named(name)));
    for (int i = 0; i < names.size(); i++) {
      selected.add(deviations.get(i).as("_deviation_" + i));
    }
    Column[] sizes = deviations.stream().map(each -> abs(each)).toArray(Column[]::new);
    selected.add(array_max(array(sizes)).as(FARTHEST));
    Dataset<Row> found = rows.select(selected.toArray(Column[]::new));
    long count = found.agg(count_if(col(FARTHEST).gt(RobustDeviations.BEYOND))).first().getLong(0);
    List<Outlier> farthest =
        found
            .filter(col(FARTHEST).isNotNull())
            .orderBy(col(FARTHEST).desc(), col(LevelTable.ID))
            .limit(LISTED)
            .collectAsList()
            .stream()
            .map(row -> outlier(row, names))
            .toList();
    return new Outliers(names, count, farthest);
  }

  private static Outlier outlier(Row row, List<String> names) {
    int statistics = names.size();
    List<Double> numbers = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (int i = 0; i < statistics; i++) {
      numbers.add(MeanInterval.rounded(MeanInterval.number(row, 3 + i)));
      deviations.add(MeanInterval.rounded(MeanInterval.number(row, 3 + statistics + i)));
    }
    boolean truncated = !row.isNullAt(2) && row.getBoolean(2);
    return new Outlier(
        row.getString(0),
        MeanInterval.rounded(MeanInterval.number(row, 1)),
        truncated,
        reasons(names, deviations, truncated),
        numbers,
        deviations);
  }

  /** What is unlike the others, the farthest first. */
  private static List<String> reasons(
      List<String> names, List<Double> deviations, boolean truncated) {
    List<String> reasons = new ArrayList<>();
    IntStream.range(0, names.size())
        .filter(
            i -> deviations.get(i) != null && Math.abs(deviations.get(i)) > RobustDeviations.BEYOND)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -Math.abs(deviations.get(i))))
        .forEach(i -> reasons.add(reason(names.get(i), deviations.get(i) > 0)));
    if (truncated) {
      reasons.add("text was left out");
    }
    return reasons.stream().distinct().limit(MOST_REASONS).toList();
  }

  private static String reason(String name, boolean more) {
    if (name.startsWith("entropy")) {
      return more ? "attends more broadly" : "attends to fewer tokens";
    }
    if (name.startsWith("sink")) {
      return more ? "more weight on sinks" : "less weight on sinks";
    }
    if (name.startsWith("mean_distance")) {
      return more ? "looks farther" : "looks nearer";
    }
    return (more ? "more " : "less ") + name.replace('_', ' ');
  }
}
