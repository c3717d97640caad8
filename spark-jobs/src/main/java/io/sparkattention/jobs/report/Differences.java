package io.sparkattention.jobs.report;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;

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

/**
 * The numbers of a second run minus those of the first, of the documents that both have.
 *
 * @param heads layer and head of each that both have
 * @param byHead by statistic the difference of each head
 * @param layers the layers that both have
 * @param byLayer by statistic the difference of each layer, of the means of its heads in each
 *     document
 * @param ofDocuments by statistic the difference of whole documents
 */
public record Differences(
    List<HeadNumbers.Head> heads,
    Map<String, List<MeanInterval>> byHead,
    List<Integer> layers,
    Map<String, List<MeanInterval>> byLayer,
    Map<String, MeanInterval> ofDocuments) {

  private static final String OTHER = "other";
  private static final String ONE = "one";

  static Differences of(
      StatisticsRun first, Dataset<Row> firstRows, StatisticsRun second, Dataset<Row> secondRows) {
    Map<String, MeanInterval> ofDocuments = new LinkedHashMap<>();
    List<StatisticColumn> common =
        common(DocumentNumbers.table(first), DocumentNumbers.table(second));
    if (!common.isEmpty()) {
      Dataset<Row> both = joined(firstRows, secondRows, List.of(LevelTable.ID));
      Row row = Aggregates.of(both, differences(common));
      HeadNumbers.columns(List.of(row), 0, common)
          .forEach((name, means) -> ofDocuments.put(name, means.get(0)));
    }
    List<HeadNumbers.Head> heads = new ArrayList<>();
    Map<String, List<MeanInterval>> byHead = new LinkedHashMap<>();
    List<Integer> layers = new ArrayList<>();
    Map<String, List<MeanInterval>> byLayer = new LinkedHashMap<>();
    Optional<LevelTable> one = first.table(StatisticLevel.HEAD);
    Optional<LevelTable> other = second.table(StatisticLevel.HEAD);
    if (one.isPresent() && other.isPresent()) {
      List<StatisticColumn> columns = common(one.get(), other.get());
      if (!columns.isEmpty()) {
        Dataset<Row> both = joined(one.get().rows(), other.get().rows(), one.get().keys());
        List<Row> rows =
            Aggregates.of(
                    both.groupBy(
                        col(ONE + "." + LevelTable.LAYER), col(ONE + "." + LevelTable.HEAD)),
                    differences(columns))
                .orderBy(LevelTable.LAYER, LevelTable.HEAD)
                .collectAsList();
        rows.forEach(row -> heads.add(new HeadNumbers.Head(row.getInt(0), row.getInt(1))));
        byHead.putAll(HeadNumbers.columns(rows, 2, columns));
        List<Row> ofLayers = layers(both, columns);
        ofLayers.forEach(row -> layers.add(row.getInt(0)));
        byLayer.putAll(HeadNumbers.columns(ofLayers, 1, columns));
      }
    }
    return new Differences(heads, byHead, layers, byLayer, ofDocuments);
  }

  /** Means over the heads of a layer in each document first, then over documents. */
  private static List<Row> layers(Dataset<Row> both, List<StatisticColumn> columns) {
    List<Column> means = new ArrayList<>();
    List<Column> ofLayers = new ArrayList<>();
    for (StatisticColumn each : columns) {
      means.add(avg(difference(each)).as(each.name()));
      ofLayers.addAll(Aggregates.mean(NumberColumns.named(each.name())));
    }
    Column id = col(ONE + "." + LevelTable.ID);
    Column layer = col(ONE + "." + LevelTable.LAYER);
    Dataset<Row> documents = Aggregates.of(both.groupBy(id, layer), means);
    return Aggregates.of(documents.groupBy(LevelTable.LAYER), ofLayers)
        .orderBy(LevelTable.LAYER)
        .collectAsList();
  }

  private static List<StatisticColumn> common(LevelTable one, LevelTable other) {
    List<String> names = other.statistics().stream().map(StatisticColumn::name).toList();
    return one.statistics().stream().filter(each -> names.contains(each.name())).toList();
  }

  private static Dataset<Row> joined(Dataset<Row> one, Dataset<Row> other, List<String> keys) {
    Column same =
        keys.stream()
            .map(key -> col(ONE + "." + key).equalTo(col(OTHER + "." + key)))
            .reduce(Column::and)
            .orElseThrow();
    return one.as(ONE).join(other.as(OTHER), same);
  }

  private static List<Column> differences(List<StatisticColumn> columns) {
    List<Column> differences = new ArrayList<>();
    for (StatisticColumn each : columns) {
      differences.addAll(Aggregates.mean(difference(each)));
    }
    return differences;
  }

  private static Column difference(StatisticColumn column) {
    return column.numbersOf(OTHER).minus(column.numbersOf(ONE));
  }
}
