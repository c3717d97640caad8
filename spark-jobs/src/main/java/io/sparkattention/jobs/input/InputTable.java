package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.is_valid_utf8;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.sparkattention.udfs.batch.Utf8;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/**
 * Rows as they were read, with two columns added: {@value #ROW} says where a row comes from,
 * {@value #PROBLEM} why its line cannot be decoded, or null.
 *
 * @param rows the rows
 * @param location what was read, for messages
 */
record InputTable(Dataset<Row> rows, String location) {

  /** Path and hash of a row. */
  static final String ROW = "_spark_attention_row";

  /** Why a row cannot be decoded. */
  static final String PROBLEM = "_spark_attention_problem";

  private static final UDF1<byte[], String> UTF8_PROBLEM = Utf8::problem;

  /** Why bytes are not UTF-8, or null. */
  static Column utf8Problem(Column text) {
    return when(
        is_valid_utf8(text.cast(DataTypes.StringType)).unary_$bang(), // fast, but says not where
        udf(UTF8_PROBLEM, DataTypes.StringType).apply(text.cast(DataTypes.BinaryType)));
  }

  /**
   * The columns that a job needs, under the names that it gives them, keys as text; empty after
   * noting every one that is missing or of another type.
   */
  Optional<Dataset<Row>> select(
      List<InputColumn> columns, JobSettings settings, Problems problems) {
    List<Column> selected = new ArrayList<>();
    for (InputColumn column : columns) {
      problems.check(() -> columns(column, settings)).ifPresent(selected::addAll);
    }
    long needed = columns.size() + columns.stream().filter(column -> !column.isKey()).count();
    return selected.size() < needed
        ? Optional.empty()
        : Optional.of(rows.select(selected.toArray(Column[]::new)));
  }

  private List<Column> columns(InputColumn column, JobSettings settings) {
    Optional<String> named = settings.optional(column.option());
    String source = named.orElse(column.name());
    return switch (column.kind()) {
      case KEY -> List.of(key(source, column.option()).as(column.name()));
      case KEY_OR_ROW ->
          List.of(
              (named.isEmpty() && !names().contains(source)
                      ? col(ROW)
                      : coalesce(
                          key(source, column.option()), when(col(PROBLEM).isNotNull(), col(ROW))))
                  .as(column.name()));
      case TEXT -> {
        Column text = text(source, column.option());
        yield List.of(
            text.as(column.name()),
            coalesce(col(PROBLEM), utf8Problem(text)).as(InputColumn.problemOf(column.name())));
      }
      case NUMBER -> {
        Column number = number(source, column.option());
        Column read = number.try_cast(DataTypes.DoubleType);
        Column wrong = number.isNotNull().and(read.isNull());
        yield List.of(
            read.as(column.name()),
            coalesce(
                    col(PROBLEM),
                    when(wrong, concat(lit("'"), number.cast("string"), lit("' is no number"))))
                .as(InputColumn.problemOf(column.name())));
      }
    };
  }

  private Column key(String name, JobOption<String> option) {
    return required(name, option).cast(DataTypes.StringType);
  }

  private Column text(String name, JobOption<String> option) {
    Column column = required(name, option);
    DataType type = rows.schema().apply(name).dataType();
    boolean onlyNulls = type.equals(DataTypes.NullType);
    if (!onlyNulls && !type.equals(DataTypes.StringType) && !type.equals(DataTypes.BinaryType)) {
      throw ofOtherType(name, type, option, "text");
    }
    return column.cast(DataTypes.StringType);
  }

  private Column number(String name, JobOption<String> option) {
    Column column = required(name, option);
    DataType type = rows.schema().apply(name).dataType();
    boolean onlyNulls = type.equals(DataTypes.NullType);
    if (!onlyNulls && !(type instanceof NumericType) && !type.equals(DataTypes.StringType)) {
      throw ofOtherType(name, type, option, "numbers");
    }
    return column;
  }

  private UsageException ofOtherType(
      String name, DataType type, JobOption<String> option, String wanted) {
    return new UsageException(
        List.of(
            "column '"
                + name
                + "' of "
                + location
                + " is of type "
                + type.simpleString()
                + ": --"
                + option.name()
                + " takes a column of "
                + wanted));
  }

  private Column required(String name, JobOption<String> option) {
    List<String> names = names();
    if (!names.contains(name)) {
      throw new UsageException(
          List.of(
              "column '"
                  + name
                  + "' is missing in "
                  + location
                  + ": it has "
                  + String.join(", ", names)
                  + "; name another with --"
                  + option.name()));
    }
    return col("`" + name.replace("`", "``") + "`");
  }

  /** The columns of the source, sorted. */
  private List<String> names() {
    return Arrays.stream(rows.columns())
        .filter(name -> !name.equals(ROW) && !name.equals(PROBLEM))
        .sorted()
        .toList();
  }
}
