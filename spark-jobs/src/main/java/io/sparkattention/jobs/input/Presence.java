package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.RelationalGroupedDataset;
import org.apache.spark.sql.Row;

/** Counts which ids are in which of several tables. */
final class Presence {

  private static final String ID = "id";
  private static final String TABLE = "table";

  private Presence() {}

  /**
   * Counts ids by conditions on the tables that they are in.
   *
   * @param tables by name; the first column of each holds the ids
   * @param conditions by name, over boolean columns that are called as the tables are
   */
  static Map<String, Long> count(Map<String, Dataset<Row>> tables, Map<String, Column> conditions) {
    Dataset<Row> ids =
        tables.entrySet().stream()
            .map(
                each ->
                    each.getValue()
                        .select(
                            col(each.getValue().columns()[0]).as(ID), lit(each.getKey()).as(TABLE)))
            .reduce(Dataset::union)
            .orElseThrow();
    List<Column> present =
        tables.keySet().stream().map(name -> max(col(TABLE).equalTo(name)).as(name)).toList();
    List<Column> counted =
        conditions.entrySet().stream()
            .map(each -> count_if(each.getValue()).as(each.getKey()))
            .toList();
    Row totals = aggregate(ids.groupBy(ID), present).agg(counted.get(0), rest(counted)).first();
    Map<String, Long> counts = new LinkedHashMap<>();
    conditions.keySet().forEach(name -> counts.put(name, totals.<Long>getAs(name)));
    return counts;
  }

  private static Dataset<Row> aggregate(RelationalGroupedDataset grouped, List<Column> columns) {
    return grouped.agg(columns.get(0), rest(columns));
  }

  private static Column[] rest(List<Column> columns) {
    return columns.subList(1, columns.size()).toArray(Column[]::new);
  }
}
