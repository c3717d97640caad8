package io.sparkattention.jobs.report;

import io.sparkattention.jobs.corpus.NumberColumns;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.jobs.output.RunRecord;
import io.sparkattention.statistics.AttentionStatistic;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What attention-stats wrote of one level.
 *
 * @param location where it lies, for messages
 * @param level what a row speaks of
 * @param rows those without an error
 * @param all those with an error, too
 * @param statistics the columns of numbers
 * @param run what is told of the run that wrote it, where that is known
 * @param beside by name the tables of the whole corpus that lie beside it
 */
public record LevelTable(
    String location,
    StatisticLevel level,
    Dataset<Row> rows,
    Dataset<Row> all,
    List<StatisticColumn> statistics,
    Optional<RunRecord> run,
    Map<String, Dataset<Row>> beside) {

  /** The site of what is read. */
  public static final String SELF = "self";

  static final String ID = "id";
  static final String LAYER = "layer";
  static final String HEAD = "head";
  static final String OTHER_LAYER = "other_layer";
  static final String OTHER_HEAD = "other_head";
  static final String POSITION = "position";
  static final String START = "start";
  static final String END = "end";
  static final String TOKENS = "tokens_in";
  static final String TRUNCATED = "truncated";
  static final String ERROR = "error";
  static final String MODEL = "model";
  static final String ATTENTION = "attention";

  /** Columns that are numbers, and no statistics. */
  private static final Set<String> OTHERS =
      Set.of(
          LAYER,
          HEAD,
          OTHER_LAYER,
          OTHER_HEAD,
          POSITION,
          START,
          END,
          TOKENS,
          "tokens_out",
          "duration_ms");

  /** The columns that name a row, of each level that is shown. */
  private static final Map<StatisticLevel, List<String>> KEYS =
      Map.of(
          StatisticLevel.DOCUMENT, List.of(ID),
          StatisticLevel.HEAD, List.of(ID, LAYER, HEAD),
          StatisticLevel.PAIR, List.of(ID, LAYER, HEAD, OTHER_LAYER, OTHER_HEAD),
          StatisticLevel.TOKEN, List.of(ID, POSITION));

  private static final Map<String, List<String>> COLUMNS_BESIDE =
      Map.of(
          OutlierFlags.TABLE, OutlierFlags.COLUMNS,
          RankAgreement.TABLE, RankAgreement.COLUMNS,
          HeadGroupMap.TABLE, HeadGroupMap.COLUMNS);

  private static final String NAME = "attention-stats-";

  public LevelTable {
    statistics = List.copyOf(statistics);
    beside = Map.copyOf(beside);
  }

  /** The site whose attention it tells of; that of reading where nobody knows. */
  public String site() {
    return run.map(each -> each.settings().getOrDefault("site", SELF)).orElse(SELF);
  }

  /** What a table holds; empty after noting why that cannot be shown. */
  public static Optional<LevelTable> of(
      String location,
      Dataset<Row> all,
      Optional<RunRecord> run,
      Map<String, Dataset<Row>> beside,
      Problems problems) {
    return problems.check(() -> of(location, all, run, beside));
  }

  private static LevelTable of(
      String location,
      Dataset<Row> all,
      Optional<RunRecord> run,
      Map<String, Dataset<Row>> beside) {
    StructType type = all.schema();
    List<String> names = Arrays.asList(type.fieldNames());
    if (!names.contains(ID)) {
      throw refused(location, "it has no column 'id', but " + String.join(", ", names));
    }
    StatisticLevel level = level(location, type);
    if (!KEYS.containsKey(level)) {
      throw refused(location, "the page shows levels document, head, pair and token, not " + level);
    }
    if (!names.containsAll(KEYS.get(level))) {
      throw refused(location, "it lacks one of the columns " + String.join(", ", KEYS.get(level)));
    }
    String specs = run.map(each -> each.settings().getOrDefault("statistics", "")).orElse("");
    Map<String, AttentionStatistic> asked = StatisticColumn.asked(level, specs);
    List<StatisticColumn> statistics =
        Arrays.stream(type.fields())
            .filter(field -> field.dataType() instanceof NumericType)
            .filter(field -> !OTHERS.contains(field.name()))
            .map(field -> StatisticColumn.of(field, level, asked))
            .toList();
    if (statistics.isEmpty()) {
      throw refused(location, "it has no column of numbers beside its keys");
    }
    Dataset<Row> sound = all;
    if (names.contains(ERROR)) {
      sound = sound.filter(NumberColumns.named(ERROR).isNull());
    }
    if (sound.isEmpty()) {
      throw refused(
          location,
          all.isEmpty() ? "it has no row" : "every row has an error, such as: " + error(all));
    }
    COLUMNS_BESIDE.forEach(
        (name, columns) -> {
          if (beside.containsKey(name)
              && !Arrays.asList(beside.get(name).columns()).containsAll(columns)) {
            throw refused(
                location + "/_" + name,
                "it lacks one of the columns " + String.join(", ", columns));
          }
        });
    return new LevelTable(location, level, sound, all, statistics, run, beside);
  }

  private static String error(Dataset<Row> rows) {
    return rows.select(NumberColumns.named(ERROR).cast(DataTypes.StringType)).first().getString(0);
  }

  /** What the schema says of itself, or else what its columns tell. */
  private static StatisticLevel level(String location, StructType type) {
    List<String> names = Arrays.asList(type.fieldNames());
    for (StructField field : type.fields()) {
      if (field.metadata().contains(OutputSchema.METADATA)) {
        String written = field.metadata().getString(OutputSchema.METADATA).split("/")[0];
        Optional<StatisticLevel> level =
            written.startsWith(NAME)
                ? StatisticColumn.level(written.substring(NAME.length()))
                : Optional.empty();
        return level.orElseThrow(
            () -> refused(location, "it holds " + written + ", not what attention-stats writes"));
      }
    }
    if (names.contains(OTHER_HEAD)) {
      return StatisticLevel.PAIR;
    }
    if (names.containsAll(List.of(LAYER, HEAD))) {
      return StatisticLevel.HEAD;
    }
    return names.contains(POSITION) ? StatisticLevel.TOKEN : StatisticLevel.DOCUMENT;
  }

  static UsageException refused(String location, String reason) {
    return new UsageException(
        List.of(
            "input "
                + location
                + " cannot be shown: "
                + reason
                + ": name what attention-stats wrote"));
  }

  /** Those of some ids that the table has. */
  public List<String> ids(List<String> some) {
    Column id = NumberColumns.named(ID).cast(DataTypes.StringType);
    return rows.filter(id.isin(some.toArray())).select(id).distinct().collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /** The columns that name a row. */
  List<String> keys() {
    return KEYS.get(level);
  }

  /** A column of the table, or nothing where it has none of that name. */
  Optional<Column> optional(String name) {
    return Arrays.asList(rows.columns()).contains(name)
        ? Optional.of(NumberColumns.named(name))
        : Optional.empty();
  }
}
