package io.sparkattention.jobs.report;

import static org.apache.spark.sql.functions.col;

import io.sparkattention.jobs.corpus.NumberColumns;
import io.sparkattention.registry.Registry;
import io.sparkattention.registry.SpecList;
import io.sparkattention.statistics.AttentionStatistic;
import io.sparkattention.statistics.AttentionStatistics;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.statistics.ValueScale;
import io.sparkattention.udfs.work.StatisticsTable;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructField;

/**
 * A column of a statistic, with what is known of its numbers: from the spec that it was asked for
 * by, else from the registry's statistic of that name, else from the comment of the column.
 *
 * @param name of the column
 * @param spec what was asked for, with all options, as far as that is known; else the name
 * @param unit empty where it is not known
 * @param lowest the lowest number there can be; null where there is none or none is known
 * @param highest the highest one; likewise
 * @param meaning what it is, in a sentence; empty where it is not known
 * @param caveat what it is no evidence of; empty where it is not known
 */
public record StatisticColumn(
    String name,
    String spec,
    String unit,
    Double lowest,
    Double highest,
    String meaning,
    String caveat) {

  private static final Pattern COMMENT = Pattern.compile("in ([^.]+)\\. (.+)", Pattern.DOTALL);

  /** What is known of a column, given the specs by the columns that were made of them. */
  static StatisticColumn of(
      StructField field, StatisticLevel level, Map<String, AttentionStatistic> asked) {
    Optional<AttentionStatistic> found =
        Optional.ofNullable(asked.get(field.name())).or(() -> registered(field.name()));
    Matcher comment = COMMENT.matcher(field.getComment().getOrElse(() -> ""));
    boolean told = comment.matches();
    String unit = told ? comment.group(1) : "";
    if (found.isEmpty()) {
      String caveat = told ? comment.group(2) : "";
      return new StatisticColumn(field.name(), field.name(), unit, null, null, "", caveat);
    }
    AttentionStatistic statistic = found.get();
    ValueScale scale = statistic.scale(level);
    Registry.Entry<AttentionStatistic> entry = entry(statistic);
    boolean other = told && !unit.equals(scale.unit()); // the options are not the default ones
    return new StatisticColumn(
        field.name(),
        asked.containsKey(field.name())
            ? AttentionStatistics.REGISTRY.format(statistic)
            : field.name(),
        other ? unit : scale.unit(),
        other ? null : finite(scale.lowest()),
        other ? null : finite(scale.highest()),
        entry.summary() + " (" + entry.source() + ")",
        statistic.caveat());
  }

  /** The columns that a list of specs is written to, as {@code --statistics} takes it. */
  static Map<String, AttentionStatistic> asked(StatisticLevel level, String specs) {
    Map<String, AttentionStatistic> asked = new LinkedHashMap<>();
    try {
      StatisticsPlan plan = StatisticsPlan.of(SpecList.split(specs));
      List<String> names = StatisticsTable.of(level, plan).names();
      for (int i = 0; i < names.size(); i++) {
        asked.put(names.get(i), plan.statistics().get(i));
      }
    } catch (IllegalArgumentException e) {
      return Map.of(); // of another version: the comments of the columns tell
    }
    return asked;
  }

  /** The name as people read it. */
  public String title() {
    return name.replace('_', ' ').strip();
  }

  /** The numbers as doubles; null where there is none. */
  Column numbers() {
    return NumberColumns.finite(name);
  }

  /** The same, where two tables that were joined have the column. */
  Column numbersOf(String table) {
    return NumberColumns.finite(col(table + ".`" + name.replace("`", "``") + "`"));
  }

  /** The statistic with the longest name that a column begins with. */
  private static Optional<AttentionStatistic> registered(String column) {
    return AttentionStatistics.REGISTRY.entries().stream()
        .map(Registry.Entry::name)
        .filter(name -> (column + "_").startsWith(name.replace('-', '_') + "_"))
        .max(Comparator.comparingInt(String::length))
        .flatMap(StatisticColumn::withDefaults);
  }

  private static Optional<AttentionStatistic> withDefaults(String name) {
    try {
      return Optional.of(AttentionStatistics.REGISTRY.parse(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // it has options that must be set
    }
  }

  private static Registry.Entry<AttentionStatistic> entry(AttentionStatistic statistic) {
    return AttentionStatistics.REGISTRY.entries().stream()
        .filter(entry -> entry.type() == statistic.getClass())
        .findFirst()
        .orElseThrow();
  }

  private static Double finite(double value) {
    return Double.isInfinite(value) ? null : (Double) value;
  }

  /** The level of a name, in any case. */
  static Optional<StatisticLevel> level(String name) {
    for (StatisticLevel level : StatisticLevel.values()) {
      if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }
}
