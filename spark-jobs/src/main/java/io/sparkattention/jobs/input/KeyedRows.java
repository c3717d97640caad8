package io.sparkattention.jobs.input;

import io.sparkattention.jobs.config.JobOption;
import io.sparkattention.jobs.config.JobSettings;
import io.sparkattention.jobs.config.Problems;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows that can be told apart.
 *
 * @param rows with the columns that a job needs; a text column is followed by its problem
 * @param count how many there are
 */
record KeyedRows(Dataset<Row> rows, long count) {

  /**
   * Reads what an option names; empty after noting every reason why it cannot be used.
   *
   * @param what what a row is called in messages, such as {@code documents}
   * @param columns those that a job needs; the keys among them name a row
   */
  static Optional<KeyedRows> read(
      InputReader reader,
      JobSettings settings,
      JobOption<String> option,
      String what,
      List<InputColumn> columns,
      Problems problems) {
    String location = settings.value(option);
    List<String> keys = columns.stream().filter(InputColumn::isKey).map(InputColumn::name).toList();
    return problems
        .check(() -> reader.read(location, settings.optional(Documents.FORMAT)))
        .flatMap(table -> table.select(columns, settings, problems))
        .flatMap(
            rows ->
                problems
                    .check(() -> Ids.requireUnique(rows, keys, what, location))
                    .map(count -> new KeyedRows(rows, count)));
  }
}
