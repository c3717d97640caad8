package io.sparkattention.jobs.report;

import io.sparkattention.jobs.corpus.NumberColumns;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The table {@code _clusters} of one statistic of pairs: groups of heads that attend alike.
 *
 * @param statistic the column that says how far two heads are apart
 * @param documents how many the distances are means over
 * @param heads layer and head of each
 * @param groups for each head its group, from 0
 * @param cut groups are at least so far apart; null where nothing parts them
 * @param silhouette how well the groups are apart: from -1 to 1; null likewise
 */
public record HeadGroupMap(
    String statistic,
    long documents,
    List<HeadNumbers.Head> heads,
    List<Integer> groups,
    Double cut,
    Double silhouette) {

  static final String TABLE = "clusters";
  static final List<String> COLUMNS =
      List.of("statistic", "layer", "head", "cluster", "cut", "silhouette");

  /** One a statistic, of a table that {@link io.sparkattention.jobs.corpus.HeadGroups} wrote. */
  static List<HeadGroupMap> of(LevelTable pairs, Dataset<Row> table) {
    List<Row> rows =
        table
            .select(COLUMNS.stream().map(NumberColumns::named).toArray(Column[]::new))
            .orderBy("statistic", "layer", "head")
            .collectAsList();
    return pairs.statistics().stream()
        .map(StatisticColumn::name)
        .map(name -> rows.stream().filter(row -> row.getString(0).equals(name)).toList())
        .filter(own -> !own.isEmpty())
        .map(own -> of(pairs, own))
        .toList();
  }

  private static HeadGroupMap of(LevelTable pairs, List<Row> rows) {
    List<HeadNumbers.Head> heads = new ArrayList<>();
    List<Integer> groups = new ArrayList<>();
    for (Row row : rows) {
      heads.add(new HeadNumbers.Head(row.getInt(1), row.getInt(2)));
      groups.add(row.getInt(3));
    }
    String statistic = rows.get(0).getString(0);
    long documents =
        pairs
            .rows()
            .filter(NumberColumns.named(statistic).isNotNull())
            .select(NumberColumns.named(LevelTable.ID))
            .distinct()
            .count();
    return new HeadGroupMap(
        statistic,
        documents,
        heads,
        groups,
        MeanInterval.rounded(MeanInterval.number(rows.get(0), 4)),
        MeanInterval.rounded(MeanInterval.number(rows.get(0), 5)));
  }
}
