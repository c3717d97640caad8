package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows that can be told apart.
 *
 * @param rows with the columns that a job needs; a text column is followed by its problem
 * @param count how many there are
 * @param ids how many ids there are of each further rule
 */
record KeyedRows(Dataset<Row> rows, long count, List<Long> ids) {

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
    List<IdRule> all = Stream.concat(Stream.of(IdRule.unique(keys)), rules.stream()).toList();
    return problems
        .check(() -> reader.read(location, settings.optional(format)))
        .flatMap(table -> table.select(columns, settings, problems))
        .map(KeyedRows::found)
        .flatMap(
            rows ->
                problems
                    .check(
                        () ->
                            InputReader.reading(
                                location, () -> Ids.check(rows, all, what, location)))
                    .map(
                        ids ->
                            new KeyedRows(
                                rows, ids[0], Arrays.stream(ids).skip(1).boxed().toList())));
  }

  /** Of rankings, leaves out rows that only say that nothing was found for a query. */
  private static Dataset<Row> found(Dataset<Row> rows) {
    List<String> columns = List.of(JudgedQueries.PASSAGE_ID, JudgedQueries.SCORE);
    boolean ranked = Arrays.asList(rows.columns()).containsAll(columns);
    Column held = coalesce(col(columns.get(0)), col(columns.get(1)).cast("string")).isNotNull();
    return ranked ? rows.filter(held) : rows;
  }
}
