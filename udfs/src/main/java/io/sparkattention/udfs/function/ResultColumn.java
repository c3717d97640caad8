package io.sparkattention.udfs.function;

import io.sparkattention.registry.Spelling;
import io.sparkattention.udfs.config.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A column of a function's results: what datasets and transformers add to rows.
 *
 * @param function what it computes
 * @param inputs the columns of its arguments, in their order
 * @param output the column to add
 * @param options what the last argument of the function may hold
 */
public record ResultColumn(
    BatchedFunction function,
    List<ColumnName> inputs,
    ColumnName output,
    Map<String, String> options) {

  /**
   * The name of a column.
   *
   * @param name as in SQL: with dots before fields, in backticks where it holds dots itself
   * @param namedBy the setting to change where the name does not fit
   */
  public record ColumnName(String name, String namedBy) {}

  /**
   * The rows with this column, which is computed lazily.
   *
   * @throws io.sparkattention.udfs.config.UsageException with every reason why it cannot be added
   */
  public Dataset<Row> addedTo(Dataset<?> rows) {
    SparkAttention.register(rows.sparkSession());
    Problems problems = new Problems();
    List<String> beside = new ArrayList<>(inputs.stream().map(ColumnName::namedBy).toList());
    beside.add(output.namedBy());
    Map<String, String> configuration =
        CollectionConverters.asJava(rows.sparkSession().conf().getAll());
    CallSettings.settle(function, options, beside, configuration, problems);
    problems.check(() -> requireNew(rows, output));
    List<Column> arguments = new ArrayList<>();
    for (ColumnName input : inputs) {
      problems.check(() -> arguments.add(text(rows, input)));
    }
    problems.throwIfAny();
    arguments.add(constant(options));
    return rows.withColumn(
        output.name(), functions.call_function(function.name(), arguments.toArray(Column[]::new)));
  }

  /**
   * Checks that a column can be added.
   *
   * @throws IllegalArgumentException if the rows have one of that name
   */
  public static void requireNew(Dataset<?> rows, ColumnName added) {
    if (List.of(rows.columns()).stream().anyMatch(added.name()::equalsIgnoreCase)) {
      throw new IllegalArgumentException(
          "the rows have a column '"
              + added.name()
              + "' already: name another by "
              + added.namedBy());
    }
  }

  private static Column text(Dataset<?> rows, ColumnName input) {
    List<String> present = List.of(rows.columns());
    String plain = input.name().replace("`", "");
    String struct = plain.split("\\.", 2)[0]; // where the name is that of a field
    if (present.stream().noneMatch(plain::equalsIgnoreCase)
        && present.stream().noneMatch(struct::equalsIgnoreCase)) {
      throw new IllegalArgumentException(
          "the rows have no column '"
              + input.name()
              + "'"
              + Spelling.hint(input.name(), present)
              + ": name it by "
              + input.namedBy()
              + "; there are "
              + String.join(", ", new TreeSet<>(present)));
    }
    Column column = functions.col(input.name());
    DataType type = type(rows, column, input);
    if (!(type instanceof StringType || type instanceof NullType)) {
      throw new IllegalArgumentException(
          "the column '"
              + input.name()
              + "' is of type "
              + type.sql()
              + ": name one of text by "
              + input.namedBy()
              + ", or cast it to STRING before");
    }
    return column;
  }

  private static DataType type(Dataset<?> rows, Column column, ColumnName input) {
    try {
      return rows.select(column).schema().apply(0).dataType();
    } catch (Exception e) { // Scala declares none
      if (e instanceof AnalysisException) {
        throw new IllegalArgumentException(
            "the column '"
                + input.name()
                + "' cannot be read: "
                + e.getMessage()
                + ": name another by "
                + input.namedBy(),
            e);
      }
      throw e;
    }
  }

  private static Column constant(Map<String, String> options) {
    List<Column> entries = new ArrayList<>();
    options.forEach(
        (key, value) -> {
          entries.add(functions.lit(key));
          entries.add(functions.lit(value));
        });
    return functions.map(entries.toArray(Column[]::new));
  }
}
