package io.sparkattention.jobs.report;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.percentile_approx;
import static org.apache.spark.sql.functions.struct;

import io.sparkattention.jobs.corpus.NumberColumns;
import io.sparkattention.statistics.StatisticLevel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/**
 * How the numbers of whole documents are spread.
 *
 * @param documents how many have a number
 * @param failed how many have an error
 * @param truncated of how many text was left out
 * @param tokens of a document
 * @param byStatistic how each statistic is spread
 */
public record DocumentNumbers(
    long documents, long failed, long truncated, Spread tokens, Map<String, Spread> byStatistic) {

  /**
   * How the numbers of documents are spread.
   *
   * @param mean with its interval
   * @param percentiles 5, 25, 50, 75 and 95, of which at most 1 in 10,000 documents is beyond
   * @param lowest the least number
   * @param highest the greatest
   * @param counts of documents in as many equal steps from the lowest to the highest
   */
  public record Spread(
      MeanInterval mean, List<Double> percentiles, Double lowest, Double highest, long[] counts) {}

  private static final int STEPS = 24;
  private static final Column PERCENTILES =
      array(lit(0.05), lit(0.25), lit(0.5), lit(0.75), lit(0.95));
  private static final int CELLS = Aggregates.CELLS + 3;

  /**
   * One row a document: id, tokens_in, truncated, and its statistics: those of the level of
   * documents where they are there, else means over its heads, else over its tokens.
   */
  static Dataset<Row> rows(StatisticsRun run) {
    LevelTable table = table(run);
    Column tokens = table.optional(LevelTable.TOKENS).orElse(lit(null)).cast(DataTypes.DoubleType);
    Column truncated =
        table.optional(LevelTable.TRUNCATED).orElse(lit(false)).cast(DataTypes.BooleanType);
    List<Column> columns = new ArrayList<>();
    columns.add(max(tokens).as(LevelTable.TOKENS));
    columns.add(max(truncated).as(LevelTable.TRUNCATED));
    table.statistics().forEach(each -> columns.add(avg(each.numbers()).as(each.name())));
    Column id = col(LevelTable.ID).cast(DataTypes.StringType).as(LevelTable.ID);
    return Aggregates.of(table.rows().groupBy(id), columns);
  }

  /** The table that numbers of documents come from. */
  static LevelTable table(StatisticsRun run) {
    for (StatisticLevel level :
        List.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD, StatisticLevel.TOKEN)) {
      Optional<LevelTable> table = run.table(level);
      if (table.isPresent()) {
        return table.get();
      }
    }
    throw new IllegalArgumentException("there is no table of a run");
  }

  /** The spread of each statistic; two passes over {@link #rows}. */
  static DocumentNumbers of(StatisticsRun run, Dataset<Row> rows) {
    LevelTable table = table(run);
    List<String> names = new ArrayList<>(List.of(LevelTable.TOKENS));
    table.statistics().forEach(each -> names.add(each.name()));
    List<Column> columns = new ArrayList<>();
    for (String name : names) {
      Column numbers = NumberColumns.named(name);
      columns.addAll(Aggregates.mean(numbers));
      columns.add(percentile_approx(numbers, PERCENTILES, lit(10_000)));
      columns.add(min(numbers));
      columns.add(max(numbers));
    }
    columns.add(count(lit(1)));
    columns.add(count_if(col(LevelTable.TRUNCATED)));
    Row all = Aggregates.of(rows, columns);
    Map<Integer, long[]> counts = counts(rows, names, all);
    Map<String, Spread> spreads = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      spreads.put(names.get(i), spread(all, i * CELLS, counts.get(i)));
    }
    Spread tokens = spreads.remove(LevelTable.TOKENS);
    spreads.values().removeIf(spread -> spread.mean().n() == 0);
    int last = names.size() * CELLS;
    return new DocumentNumbers(
        all.getLong(last), failed(table), all.getLong(last + 1), tokens, spreads);
  }

  private static long failed(LevelTable table) {
    return table
        .optional(LevelTable.ERROR)
        .map(
            error -> table.all().filter(error.isNotNull()).select(LevelTable.ID).distinct().count())
        .orElse(0L);
  }

  private static Spread spread(Row row, int first, long[] counts) {
    List<Double> percentiles = new ArrayList<>();
    if (!row.isNullAt(first + Aggregates.CELLS)) {
      row.<Double>getList(first + Aggregates.CELLS)
          .forEach(each -> percentiles.add(MeanInterval.rounded(each)));
    }
    return new Spread(
        MeanInterval.of(row, first),
        percentiles,
        MeanInterval.rounded(MeanInterval.number(row, first + CELLS - 2)),
        MeanInterval.rounded(MeanInterval.number(row, first + CELLS - 1)),
        counts);
  }

  /** For each column, how many documents are in each step between its least and greatest number. */
  private static Map<Integer, long[]> counts(Dataset<Row> rows, List<String> names, Row all) {
    List<Column> steps = new ArrayList<>();
    Map<Integer, long[]> counts = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      double low = MeanInterval.number(all, (i + 1) * CELLS - 2);
      double width = (MeanInterval.number(all, (i + 1) * CELLS - 1) - low) / STEPS;
      counts.put(i, new long[STEPS]);
      Column numbers = NumberColumns.named(names.get(i));
      Column step = width > 0 ? floor(numbers.minus(low).divide(width)) : numbers.multiply(0);
      Column held = least(step, lit(STEPS - 1)).cast(DataTypes.IntegerType);
      steps.add(struct(lit(i).as("column"), held.as("step")));
    }
    rows.select(explode(array(steps.toArray(Column[]::new))).as("at"))
        .groupBy("at.column", "at.step")
        .count()
        .filter("step is not null")
        .collectAsList()
        .forEach(row -> counts.get(row.getInt(0))[row.getInt(1)] = row.getLong(2));
    return counts;
  }
}
