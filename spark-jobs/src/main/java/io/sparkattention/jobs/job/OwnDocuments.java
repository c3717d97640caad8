package io.sparkattention.jobs.job;

import static org.apache.spark.sql.functions.col;

import io.sparkattention.evaluate.EvaluateContext;
import io.sparkattention.evaluate.SourceItem;
import io.sparkattention.evaluate.SourceMetric;
import io.sparkattention.jobs.input.SummaryItems;
import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.executor.InferenceStage;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.work.StrategyModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Measures summaries by the documents that they were made from. Each summary is compared with every
 * document, so all of them are in one task.
 */
final class OwnDocuments {

  private static final StructType SCORE =
      new StructType()
          .add("run", DataTypes.StringType)
          .add("metric", DataTypes.StringType)
          .add("score", DataTypes.DoubleType)
          .add("error", DataTypes.StringType);

  private static final StructType TYPE =
      new StructType()
          .add(SummaryItems.ID, DataTypes.StringType)
          .add(SummaryScores.MEASURED, DataTypes.createArrayType(SCORE));

  private OwnDocuments() {}

  /** One row a document: its id and what was measured of its summaries. */
  static Dataset<Row> scores(
      Dataset<Row> items, List<SourceMetric> metrics, List<String> runs, StrategyModel model) {
    List<String> names = List.copyOf(runs);
    MapPartitionsFunction<Row, Row> scoring = rows -> scores(rows, metrics, names, model);
    Dataset<Row> together =
        items
            .repartition(1)
            .sortWithinPartitions(col(SummaryItems.ID)); // whatever the order of arrival
    return InferenceStage.map(together, scoring, TYPE);
  }

  private static Iterator<Row> scores(
      Iterator<Row> rows, List<SourceMetric> metrics, List<String> runs, StrategyModel model) {
    List<Row> items = new ArrayList<>();
    rows.forEachRemaining(items::add);
    List<List<Row>> scores = new ArrayList<>();
    items.forEach(item -> scores.add(new ArrayList<>()));
    try (TaskModels models = new TaskModels()) {
      EvaluateContext empty = EvaluateContext.empty();
      EvaluateContext context = model.embedder(models).map(empty::with).orElse(empty);
      for (String run : runs) {
        List<SourceItem> texts = items.stream().map(item -> item(item, run)).toList();
        for (SourceMetric metric : metrics) {
          List<Outcome<double[]>> outcomes = metric.score(texts, context);
          for (int i = 0; i < outcomes.size(); i++) {
            for (ItemScore score : ItemScore.of(run, metric, outcomes.get(i))) {
              scores.get(i).add(row(score));
            }
          }
        }
      }
    }
    List<Row> measured = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      String id = items.get(i).getAs(SummaryItems.ID);
      measured.add(RowFactory.create(id, scores.get(i).toArray(Row[]::new)));
    }
    return measured.iterator();
  }

  private static SourceItem item(Row row, String run) {
    return new SourceItem(row.getAs(SummaryItems.ID), row.getAs(run), row.getAs(SummaryItems.TEXT));
  }

  private static Row row(ItemScore score) {
    return RowFactory.create(score.run(), score.column(), score.value(), score.error());
  }
}
