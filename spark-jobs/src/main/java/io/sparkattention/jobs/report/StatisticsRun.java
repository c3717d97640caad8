package io.sparkattention.jobs.report;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;

import io.sparkattention.jobs.corpus.NumberColumns;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.udfs.config.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What attention-stats wrote of one model with one mechanism: a table a level.
 *
 * @param model the model's location
 * @param attention its mechanism
 * @param tables by what their rows speak of
 */
public record StatisticsRun(
    String model, String attention, Map<StatisticLevel, LevelTable> tables) {

  private static final String UNKNOWN = "not told";
  private static final int SHOWN = 4;

  public StatisticsRun {
    tables = Map.copyOf(tables);
  }

  /** The tables of one run; empty after noting every reason why they are not. */
  public static Optional<StatisticsRun> of(List<LevelTable> tables, Problems problems) {
    Map<StatisticLevel, LevelTable> levels = new EnumMap<>(StatisticLevel.class);
    boolean sound = true;
    List<String> origins = new ArrayList<>();
    for (LevelTable table : tables) {
      LevelTable other = levels.put(table.level(), table);
      if (other != null) {
        sound = false;
        problems.add(
            other.location()
                + " and "
                + table.location()
                + " are both of level "
                + table.level().name().toLowerCase(Locale.ROOT)
                + ": name one of each level, and another run in --compare");
      }
      origins(table).stream().filter(each -> !origins.contains(each)).forEach(origins::add);
      sound &= keysAreUnique(table, problems);
    }
    if (origins.size() > 1) {
      sound = false;
      problems.add(
          "the rows of "
              + tables.stream().map(LevelTable::location).collect(Collectors.joining(" and "))
              + " are of several models or mechanisms ("
              + origins.stream().limit(SHOWN).collect(Collectors.joining("; "))
              + "): name one run in --input, and another in --compare");
    }
    if (!sound || tables.isEmpty()) {
      return Optional.empty();
    }
    if (levels.keySet().equals(Set.of(StatisticLevel.PAIR))) {
      problems.add(
          "pairs of heads are shown beside the heads: add what attention-stats --level head wrote");
      return Optional.empty();
    }
    String[] origin = origins.get(0).split(", ", 2);
    return Optional.of(new StatisticsRun(origin[0], origin[1], levels));
  }

  /** The table of a level, if it is there. */
  Optional<LevelTable> table(StatisticLevel level) {
    return Optional.ofNullable(tables.get(level));
  }

  /** A table of the whole corpus beside the table of a level, if both are there. */
  Optional<Dataset<Row>> beside(StatisticLevel level, String name) {
    return table(level).flatMap(each -> Optional.ofNullable(each.beside().get(name)));
  }

  private static List<String> origins(LevelTable table) {
    Column none = lit(UNKNOWN);
    return table
        .rows()
        .select(
            table.optional(LevelTable.MODEL).orElse(none),
            table.optional(LevelTable.ATTENTION).orElse(none))
        .distinct()
        .limit(SHOWN)
        .collectAsList()
        .stream()
        .map(row -> text(row, 0) + ", " + text(row, 1))
        .sorted()
        .toList();
  }

  private static String text(Row row, int cell) {
    return row.isNullAt(cell) ? UNKNOWN : String.valueOf(row.get(cell)).strip();
  }

  private static boolean keysAreUnique(LevelTable table, Problems problems) {
    List<String> keys = table.keys();
    Column[] columns = keys.stream().map(NumberColumns::named).toArray(Column[]::new);
    Column first = columns[0];
    Column[] others = Arrays.copyOfRange(columns, 1, columns.length);
    Row counts =
        table.rows().agg(count(lit(1)), countDistinct(first, others)).first(); // skips null keys
    if (counts.getLong(0) != counts.getLong(1)) {
      problems.add(
          "of "
              + counts.getLong(0)
              + " rows of "
              + table.location()
              + " only "
              + counts.getLong(1)
              + " have a key ("
              + String.join(", ", keys)
              + ") of their own: name the output of one run");
      return false;
    }
    return true;
  }
}
