package io.sparkattention.jobs.input;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.config.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Documents to work on: rows of {@value #ID}, {@value #TEXT} and why the text cannot be used.
 *
 * @param rows one row a document
 * @param count how many there are
 */
public record Documents(Dataset<Row> rows, long count) {

  public static final String ID = "id";
  public static final String TEXT = "text";

  /** Why the text cannot be used, or null. */
  public static final String PROBLEM = InputColumn.problemOf(TEXT);

  public static final JobOption<String> INPUT =
      JobOption.required(
          "input", OptionType.PATH, "The documents: a file, a directory, a glob or a table");
  public static final JobOption<String> FORMAT =
      JobOption.optional(
          "format",
          OptionType.TEXT,
          "The input's format: json, parquet, orc, csv, text (one document a file), trec (runs or"
              + " judgements) or another Spark source; by default the file name tells");
  public static final JobOption<String> ID_COLUMN =
      JobOption.optional(
          "id-column",
          OptionType.COLUMN,
          "The column that names a document; by default id, or where there is none the path and a"
              + " hash of the row");
  public static final JobOption<String> TEXT_COLUMN =
      JobOption.withDefault("text-column", OptionType.COLUMN, TEXT, "The column to read");

  /** What a job that reads documents declares. */
  public static final List<JobOption<?>> OPTIONS = List.of(INPUT, FORMAT, ID_COLUMN, TEXT_COLUMN);

  static final List<InputColumn> COLUMNS =
      List.of(InputColumn.keyOrRow(ID, ID_COLUMN), InputColumn.text(TEXT, TEXT_COLUMN));

  /**
   * Finds the documents; empty after noting every reason why they cannot be used.
   *
   * @param texts options that name further columns of texts, which are called after them: that of
   *     {@code target-column} is {@code target}, and why it cannot be used {@code target_problem}
   */
  public static Optional<Documents> read(
      InputReader reader, JobSettings settings, List<JobOption<String>> texts, Problems problems) {
    List<InputColumn> columns = new ArrayList<>(COLUMNS);
    texts.forEach(
        each -> columns.add(InputColumn.text(each.name().replaceFirst("-column$", ""), each)));
    return KeyedRows.read(reader, settings, INPUT, "documents", columns, List.of(), problems)
        .map(found -> new Documents(found.rows(), found.count()));
  }
}
