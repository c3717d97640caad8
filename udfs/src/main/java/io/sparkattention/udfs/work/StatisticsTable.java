package io.sparkattention.udfs.work;

import static io.sparkattention.udfs.work.Columns.column;

import io.sparkattention.statistics.AttentionStatistic;
import io.sparkattention.statistics.DocumentStatistics;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.statistics.StatisticsPlan;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Statistics as a table of one level: the columns that say what a row speaks of, then one a
 * statistic.
 *
 * @param level what a row speaks of
 * @param names the columns of the statistics
 * @param meanings what their numbers are
 */
public record StatisticsTable(StatisticLevel level, List<String> names, List<String> meanings)
    implements Serializable {

  /** The table of a plan. */
  public static StatisticsTable of(StatisticLevel level, StatisticsPlan plan) {
    List<String> names =
        plan.names().stream()
            .map(name -> name.replace("=-", "=minus_")) // -1 and 1 are two columns
            .map(name -> name.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", ""))
            .toList();
    StatisticLevel numbers = level == StatisticLevel.CORPUS ? StatisticLevel.HEAD : level;
    List<String> meanings = new ArrayList<>();
    for (AttentionStatistic statistic : plan.statistics()) {
      meanings.add("in " + statistic.scale(numbers).unit() + ". " + statistic.caveat());
    }
    return new StatisticsTable(level, List.copyOf(names), List.copyOf(meanings));
  }

  /** The columns: what a row speaks of, then the statistics. */
  public List<StructField> columns() {
    List<StructField> columns = new ArrayList<>(place());
    for (int i = 0; i < names.size(); i++) {
      columns.add(column(names.get(i), DataTypes.FloatType, meanings.get(i)));
    }
    return columns;
  }

  private List<StructField> place() {
    return switch (level) {
      case DOCUMENT -> List.of();
      case HEAD, CORPUS ->
          List.of(
              column("layer", DataTypes.IntegerType, "counts from 0"),
              column("head", DataTypes.IntegerType, "counts from 0 in its layer"));
      case TOKEN ->
          List.of(
              column(
                  "position",
                  DataTypes.IntegerType,
                  "the token's place in the text, or in what was written, from 0"),
              column("start", DataTypes.IntegerType, "its first code point there"),
              column("end", DataTypes.IntegerType, "the code point after its last"),
              column("token", DataTypes.StringType, "what it spells"));
      case PAIR ->
          List.of(
              column("layer", DataTypes.IntegerType, "of the first head, from 0"),
              column("head", DataTypes.IntegerType, "the first head, from 0 in its layer"),
              column("other_layer", DataTypes.IntegerType, "of the second head"),
              column("other_head", DataTypes.IntegerType, "the second head"));
    };
  }

  /** The cells of these columns, a list for each row. */
  public Stream<List<Object>> cells(Extracted extracted) {
    return switch (level) {
      case DOCUMENT -> Stream.of(cells(extracted.statistics().values()));
      case HEAD, CORPUS ->
          extracted.statistics().heads().stream()
              .map(head -> cells(head.values(), head.layer(), head.head()));
      case TOKEN -> {
        int[] text = extracted.text().codePoints().toArray();
        yield extracted.statistics().tokens().stream().map(token -> cells(token, text, extracted));
      }
      case PAIR ->
          extracted.statistics().pairs().stream()
              .map(
                  pair ->
                      cells(
                          pair.values(),
                          pair.first().layer(),
                          pair.first().head(),
                          pair.second().layer(),
                          pair.second().head()));
    };
  }

  private static List<Object> cells(
      DocumentStatistics.Token token, int[] text, Extracted extracted) {
    int start = extracted.content().starts()[token.position()];
    int end = extracted.content().ends()[token.position()];
    String spelled = new String(text, start, end - start);
    return cells(token.values(), token.position(), start, end, spelled);
  }

  /** The cells of a row that has no numbers. */
  public List<Object> noCells() {
    List<Object> cells = new ArrayList<>();
    for (int i = 0; i < place().size() + names.size(); i++) {
      cells.add(null);
    }
    return cells;
  }

  private static List<Object> cells(float[] values, Object... place) {
    List<Object> cells = new ArrayList<>(List.of(place));
    for (float value : values) {
      cells.add(Float.isNaN(value) ? null : (Object) value);
    }
    return cells;
  }
}
