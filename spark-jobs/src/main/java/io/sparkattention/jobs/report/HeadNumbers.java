package io.sparkattention.jobs.report;

import static org.apache.spark.sql.functions.avg;

import io.sparkattention.jobs.corpus.NumberColumns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The numbers of each head and of each layer, as means over documents.
 *
 * @param heads layer and head of each
 * @param byHead by statistic one mean a head
 * @param layers the layers
 * @param byLayer by statistic one mean a layer, of the means of its heads in each document
 */
public record HeadNumbers(
    List<Head> heads,
    Map<String, List<MeanInterval>> byHead,
    List<Integer> layers,
    Map<String, List<MeanInterval>> byLayer) {

  /** A head; both count from 0. */
  public record Head(int layer, int head) {}

  /** Of a table of heads; two passes, of which only these means come to the driver. */
  static HeadNumbers of(LevelTable table) {
    List<StatisticColumn> statistics = table.statistics();
    List<Column> ofHeads = new ArrayList<>();
    statistics.forEach(each -> ofHeads.addAll(Aggregates.mean(each.numbers())));
    List<Row> heads =
        Aggregates.of(table.rows().groupBy(LevelTable.LAYER, LevelTable.HEAD), ofHeads)
            .orderBy(LevelTable.LAYER, LevelTable.HEAD)
            .collectAsList();
    List<Column> ofLayers = new ArrayList<>();
    statistics.forEach(each -> ofLayers.addAll(Aggregates.mean(NumberColumns.named(each.name()))));
    List<Row> layers =
        Aggregates.of(perDocument(table, LevelTable.LAYER).groupBy(LevelTable.LAYER), ofLayers)
            .orderBy(LevelTable.LAYER)
            .collectAsList();
    return new HeadNumbers(
        heads.stream().map(row -> new Head(row.getInt(0), row.getInt(1))).toList(),
        columns(heads, 2, statistics),
        layers.stream().map(row -> row.getInt(0)).toList(),
        columns(layers, 1, statistics));
  }

  /** Means over the heads of each document, one row for each value of a column. */
  private static Dataset<Row> perDocument(LevelTable table, String by) {
    List<Column> means =
        table.statistics().stream().map(each -> avg(each.numbers()).as(each.name())).toList();
    return Aggregates.of(table.rows().groupBy(LevelTable.ID, by), means);
  }

  /** Reads three cells of each row for each statistic that has a number anywhere. */
  static Map<String, List<MeanInterval>> columns(
      List<Row> rows, int first, List<StatisticColumn> statistics) {
    Map<String, List<MeanInterval>> columns = new LinkedHashMap<>();
    for (int i = 0; i < statistics.size(); i++) {
      int cell = first + i * Aggregates.CELLS;
      List<MeanInterval> means = rows.stream().map(row -> MeanInterval.of(row, cell)).toList();
      if (means.stream().anyMatch(mean -> mean.n() > 0)) {
        columns.put(statistics.get(i).name(), means);
      }
    }
    return columns;
  }
}
