package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that can be told apart.
 *
 * @param decoded the columns that a job needs, where a text column is followed by its problem, and
 *     {@link InputTable#PROBLEM}
 * @param count how many there are
 * @param ids how many ids there are of each further rule
 * @param lost how many rows were left out, which cannot be decoded and have no id
 */
record KeyedRows(Dataset<Row> decoded, long count, List<Long> ids, long lost) {

  private static final Logger LOG = LoggerFactory.getLogger(KeyedRows.class);

  /** The columns that a job needs. */
  Dataset<Row> rows() {
    return decoded.drop(InputTable.PROBLEM);
  }

  /**
   * Reads what an option names; empty after noting every reason why it cannot be used.
   *
   * @param what what a row is called in messages, such as {@code documents}
   * @param columns those that a job needs; the keys among them name a row
   * @param rules what must hold besides
   */
  static Optional<KeyedRows> read(
      InputReader reader,
      JobSettings settings,
      JobOption<String> option,
      String what,
      List<InputColumn> columns,
      List<IdRule> rules,
      Problems problems) {
    return read(reader, settings, option, Documents.FORMAT, what, columns, rules, problems);
  }

  /** As the other, where another option tells the format. */
  static Optional<KeyedRows> read(
      InputReader reader,
      JobSettings settings,
      JobOption<String> option,
      JobOption<String> format,
      String what,
      List<InputColumn> columns,
      List<IdRule> rules,
      Problems problems) {
    String location = settings.value(option);
    List<String> keys = columns.stream().filter(InputColumn::isKey).map(InputColumn::name).toList();
    IdRule unique =
        columns.stream().anyMatch(each -> each.kind() == InputColumn.Kind.KEY_WHERE_DECODED)
            ? IdRule.uniqueWhereDecoded(keys)
            : IdRule.unique(keys);
    List<IdRule> all = Stream.concat(Stream.of(unique), rules.stream()).toList();
    Optional<InputTable> table =
        problems.check(() -> reader.read(location, settings.optional(format)));
    if (table.flatMap(each -> each.select(columns, settings, problems)).isEmpty()) {
      return Optional.empty();
    }
    Function<InputTable, Dataset<Row>> select =
        each -> found(each.select(columns, settings, problems).orElseThrow());
    return problems.check(
        () -> InputReader.reading(location, () -> of(table.get(), select, all, what)));
  }

  /** Names rows anew, which costs a shuffle, only where some seem to have the same id. */
  private static KeyedRows of(
      InputTable table,
      Function<InputTable, Dataset<Row>> select,
      List<IdRule> rules,
      String what) {
    InputTable numbered = table.numbered();
    for (InputTable each : List.of(table, numbered)) {
      Dataset<Row> rows = select.apply(each);
      Ids.Census census = Ids.census(rows, rules);
      if (census.sound()) {
        return of(rows, census, rules, what, table.location());
      }
    }
    Dataset<Row> rows = select.apply(numbered.withoutBrokenIds());
    Ids.Census census = Ids.check(rows, rules, what, table.location());
    return of(rows, census, rules, what, table.location());
  }

  private static KeyedRows of(
      Dataset<Row> rows, Ids.Census census, List<IdRule> rules, String what, String location) {
    List<Long> further = census.counts().subList(1, rules.size());
    if (census.lost() == 0) {
      return new KeyedRows(rows, census.counts().get(0), further, 0);
    }
    LOG.warn("{} {} of {} cannot be decoded, and are left out", census.lost(), what, location);
    Dataset<Row> named = rows.filter(not(Ids.isLost(rules.get(0))));
    return new KeyedRows(named, census.counts().get(0), further, census.lost());
  }

  /** Of rankings, leaves out rows that only say that nothing was found for a query. */
  private static Dataset<Row> found(Dataset<Row> rows) {
    List<String> columns = List.of(JudgedQueries.PASSAGE_ID, JudgedQueries.SCORE);
    if (!Arrays.asList(rows.columns()).containsAll(columns)) {
      return rows;
    }
    Column nothing = coalesce(col(columns.get(0)), col(columns.get(1)).cast("string")).isNull();
    return rows.filter(not(nothing.and(col(InputTable.PROBLEM).isNull())));
  }
}
