package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.row_number;
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
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Rows as they were read, with two columns added: {@value #ROW} says where a row comes from,
 * {@value #PROBLEM} why its line cannot be decoded, or null.
 *
 * @param rows the rows
 * @param location what was read, for messages
 * @param ignoresBrokenIds whether rows that cannot be decoded go by {@value #ROW} in any case
 */
record InputTable(Dataset<Row> rows, String location, boolean ignoresBrokenIds) {

  /** Path and hash of a row; the number behind them where {@link #numbered}. */
  static final String ROW = "_spark_attention_row";

  /** Why a row cannot be decoded. */
  static final String PROBLEM = "_spark_attention_problem";

  private static final UDF1<byte[], String> UTF8_PROBLEM = Utf8::problem;

  InputTable(Dataset<Row> rows, String location) {
    this(rows, location, false);
  }

  /** Why bytes are not UTF-8, or null. */
  static Column utf8Problem(Column text) {
    return when(
        not(Spark4Columns.isUtf8(text.cast(DataTypes.StringType))), // fast, but says not where
        udf(UTF8_PROBLEM, DataTypes.StringType).apply(text.cast(DataTypes.BinaryType)));
  }

  /** The same rows, where equal ones of a file are numbered, so that each has a name of its own. */
  InputTable numbered() {
    Column number = row_number().over(Window.partitionBy(ROW).orderBy(ROW));
    Column name = when(number.gt(1), concat(col(ROW), lit("#"), number)).otherwise(col(ROW));
    return new InputTable(rows.withColumn(ROW, name), location, ignoresBrokenIds);
  }

  /** The same rows, where ids that were made out in those that cannot be decoded are none. */
  InputTable withoutBrokenIds() {
    return new InputTable(rows, location, true);
  }

  /**
   * The columns that a job needs, under the names that it gives them, keys as text, and {@value
   * #PROBLEM}; empty after noting every one that is missing or of another type.
   */
  Optional<Dataset<Row>> select(
      List<InputColumn> columns, JobSettings settings, Problems problems) {
    List<Column> selected = new ArrayList<>();
    int found = 0;
    for (InputColumn column : columns) {
      Optional<List<Column>> these = problems.check(() -> columns(column, settings));
      found += these.isPresent() ? 1 : 0;
      these.ifPresent(selected::addAll);
    }
    selected.add(col(PROBLEM));
    return found < columns.size()
        ? Optional.empty()
        : Optional.of(rows.select(selected.toArray(Column[]::new)));
  }

  private List<Column> columns(InputColumn column, JobSettings settings) {
    if (column.kind() == InputColumn.Kind.PLACE) {
      return List.of(place().as(column.name()));
    }
    Optional<String> named = settings.optional(column.option());
    String source = named.orElse(column.name());
    Column broken = col(PROBLEM).isNotNull();
    return switch (column.kind()) {
      case KEY -> List.of(key(source, column.option()).as(column.name()));
      case KEY_WHERE_DECODED -> {
        Column key = key(source, column.option());
        yield List.of((ignoresBrokenIds ? when(not(broken), key) : key).as(column.name()));
      }
      case KEY_OR_BROKEN_ROW -> {
        Column key = key(source, column.option());
        yield List.of(coalesce(key, when(broken, col(ROW))).as(column.name()));
      }
      case KEY_OR_ROW -> {
        boolean unnamed = named.isEmpty() && !names().contains(source);
        Column key = unnamed ? col(ROW) : key(source, column.option());
        Column row = when(broken, col(ROW));
        yield List.of(
            (ignoresBrokenIds ? coalesce(row, key) : coalesce(key, row)).as(column.name()));
      }
      case TEXT -> {
        Column text = text(source, column.option());
        yield List.of(
            text.as(column.name()),
            coalesce(col(PROBLEM), utf8Problem(text)).as(InputColumn.problemOf(column.name())));
      }
      case NUMBER -> {
        Column number = number(source, column.option());
        Column read = Spark4Columns.tryCast(number, DataTypes.DoubleType);
        Column wrong = number.isNotNull().and(read.isNull());
        yield List.of(
            read.as(column.name()),
            coalesce(
                    col(PROBLEM),
                    when(wrong, concat(lit("'"), number.cast("string"), lit("' is no number"))))
                .as(InputColumn.problemOf(column.name())));
      }
      case PLACE -> throw new IllegalStateException("a place has no option");
    };
  }

  /** Where a row stands in a ranking; lower is better. */
  private Column place() {
    Optional<Column> rank = number("rank");
    Optional<Column> score = number("score").map(each -> each.unary_$minus());
    return rank.or(() -> score).orElse(lit(null).cast(DataTypes.DoubleType));
  }

  /** A column of numbers, or of texts that may be some; empty where there is none. */
  private Optional<Column> number(String name) {
    if (!names().contains(name)) {
      return Optional.empty();
    }
    DataType type = rows.schema().apply(name).dataType();
    return type instanceof NumericType || type.equals(DataTypes.StringType)
        ? Optional.of(Spark4Columns.tryCast(quoted(name), DataTypes.DoubleType))
        : Optional.empty();
  }

  /** A key as text; null where that is not UTF-8. */
  private Column key(String name, JobOption<String> option) {
    Column column = required(name, option);
    DataType type = rows.schema().apply(name).dataType();
    if (type instanceof ArrayType
        || type instanceof MapType
        || type instanceof StructType
        || type.typeName().equals("variant")) { // no class of Spark 3.5
      throw ofOtherType(name, type, option, "text, numbers or times");
    }
    Column text = column.cast(DataTypes.StringType);
    return type.equals(DataTypes.BinaryType) ? when(Spark4Columns.isUtf8(text), text) : text;
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
    return quoted(name);
  }

  /** A column by its name, whatever characters that has. */
  static Column quoted(String name) {
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
