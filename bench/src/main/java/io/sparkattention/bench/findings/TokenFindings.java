package io.sparkattention.bench.findings;

import io.sparkattention.statistics.matrix.RankCorrelation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What follows from the numbers of tokens, of texts that are read in one piece. */
final class TokenFindings {

  private static final String RECEIVED = "received_attention";
  private static final String CONTRIBUTION = "token_contribution";
  private static final String ROLLOUT = "rollout";
  private static final String ABLATION = "token_ablation";

  private TokenFindings() {}

  /** All findings of a table of level token. */
  static List<Finding> of(SparkSession spark, String model, String path) {
    Map<String, List<Row>> documents = new LinkedHashMap<>();
    spark
        .read()
        .parquet(path)
        .filter("error is null")
        .orderBy("id", "position")
        .collectAsList()
        .forEach(
            row -> documents.computeIfAbsent(row.getAs("id"), id -> new ArrayList<>()).add(row));
    List<Finding> found = new ArrayList<>();
    add(found, documents, model, Quantity.SPECIAL_WEIGHTS, TokenFindings::specialWeights);
    add(found, documents, model, Quantity.SPECIAL_CONTRIBUTIONS, TokenFindings::specialSummands);
    add(
        found,
        documents,
        model,
        Quantity.SPECIAL_DIFFERENCE,
        rows -> specialSummands(rows) - specialWeights(rows));
    add(found, documents, model, Quantity.RECEIVED_AGREEMENT, rows -> agreement(rows, RECEIVED));
    add(found, documents, model, Quantity.ROLLOUT_AGREEMENT, rows -> agreement(rows, ROLLOUT));
    add(
        found,
        documents,
        model,
        Quantity.CONTRIBUTION_AGREEMENT,
        rows -> agreement(rows, CONTRIBUTION));
    add(
        found,
        documents,
        model,
        Quantity.ROLLOUT_LESS_RECEIVED,
        rows -> agreement(rows, ROLLOUT) - agreement(rows, RECEIVED));
    add(
        found,
        documents,
        model,
        Quantity.CONTRIBUTION_LESS_RECEIVED,
        rows -> agreement(rows, CONTRIBUTION) - agreement(rows, RECEIVED));
    return found;
  }

  private static void add(
      List<Finding> found,
      Map<String, List<Row>> documents,
      String model,
      Quantity quantity,
      ToDoubleFunction<List<Row>> number) {
    found.add(
        Finding.of(model, quantity, documents.values().stream().mapToDouble(number).toArray()));
  }

  /** What the rows, which are of other tokens, leave over; each query gives a weight of 1. */
  private static double specialWeights(List<Row> rows) {
    int tokens = rows.get(0).getAs("tokens_in");
    return 1 - Arrays.stream(column(rows, RECEIVED)).sum() / tokens;
  }

  private static double specialSummands(List<Row> rows) {
    return 1 - Arrays.stream(column(rows, CONTRIBUTION)).sum();
  }

  /** With what happens to the embedding when the token is hidden. */
  private static double agreement(List<Row> rows, String statistic) {
    return RankCorrelation.spearman(column(rows, statistic), column(rows, ABLATION));
  }

  private static double[] column(List<Row> rows, String name) {
    return rows.stream().mapToDouble(row -> Columns.number(row, row.fieldIndex(name))).toArray();
  }
}
