package io.sparkattention.bench.findings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * What attention-stats wrote of pairs of heads.
 *
 * @param within for each document the mean divergence of heads of one layer
 * @param between for each document that of heads of different layers
 */
record PairTable(Map<String, Double> within, Map<String, Double> between) {

  /** Reads a table of level pair. */
  static PairTable read(SparkSession spark, String path) {
    spark.read().parquet(path).createOrReplaceTempView("pairs");
    Map<String, Double> within = new LinkedHashMap<>();
    Map<String, Double> between = new LinkedHashMap<>();
    List.of(within, between)
        .forEach(
            side ->
                spark
                    .sql(
                        "select id, avg(head_divergence) from pairs where error is null and layer "
                            + (side == within ? "=" : "<>")
                            + " other_layer and (layer, head) <> (other_layer, other_head)"
                            + " group by id order by id")
                    .collectAsList()
                    .forEach(row -> side.put(row.getString(0), Columns.number(row, 1))));
    return new PairTable(within, between);
  }
}
