package io.sparkattention.jobs.report;

import io.sparkattention.jobs.corpus.NumberColumns;
import io.sparkattention.statistics.StatisticLevel;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The table {@code _agreement}: how far statistics rank the tokens, or the heads, of a document
 * alike.
 *
 * @param level what is ranked: token or head
 * @param pairs every two statistics, in both orders
 */
public record RankAgreement(String level, List<Pair> pairs) {

  static final String TABLE = "agreement";
  static final List<String> COLUMNS =
      List.of("statistic", "other", "documents", "correlation", "low", "high");

  /**
   * Two statistics.
   *
   * @param statistic the column of one
   * @param other that of the other
   * @param correlation Spearman's, from −1 to 1, over documents
   */
  public record Pair(String statistic, String other, MeanInterval correlation) {}

  /** Of a table that {@link io.sparkattention.jobs.corpus.StatisticAgreement} wrote. */
  static RankAgreement of(StatisticLevel level, Dataset<Row> table) {
    List<Pair> pairs =
        table
            .select(COLUMNS.stream().map(NumberColumns::named).toArray(Column[]::new))
            .orderBy("statistic", "other")
            .collectAsList()
            .stream()
            .map(RankAgreement::pair)
            .toList();
    return new RankAgreement(level.name().toLowerCase(Locale.ROOT), pairs);
  }

  private static Pair pair(Row row) {
    double margin = (MeanInterval.number(row, 5) - MeanInterval.number(row, 4)) / 2;
    return new Pair(
        row.getString(0),
        row.getString(1),
        new MeanInterval(row.getLong(2), MeanInterval.number(row, 3), margin));
  }
}
