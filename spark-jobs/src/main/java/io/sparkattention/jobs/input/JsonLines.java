package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.sparkattention.udfs.config.UsageException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * JSON, one object a line. Spark's own reader replaces bytes that are not UTF-8 and makes nulls of
 * lines that are not JSON, both in silence; here such lines arrive with their problem.
 */
final class JsonLines {

  private static final String CORRUPT = "_corrupt_record";
  private static final String VALUE = "value";

  private JsonLines() {}

  /**
   * One row a line that is not blank: the fields of its object, and the columns that are told by
   * the names of directories, {@code lang=en}.
   *
   * @throws UsageException if no line is an object
   */
  static Dataset<Row> read(SparkSession spark, String location) {
    Dataset<Row> text = spark.read().text(location);
    List<String> partitions =
        Arrays.stream(text.columns()).filter(name -> !name.equals(VALUE)).toList();
    StructType fields = fields(spark.read().json(location).schema(), partitions);
    if (fields.isEmpty()) {
      throw new UsageException(
          List.of(
              "input "
                  + location
                  + ": no line is a JSON object with fields; write each object on one line"));
    }
    Column value = col(VALUE);
    Stream<Column> line =
        Stream.of(
            from_json(
                    value,
                    fields.add(CORRUPT, DataTypes.StringType),
                    Map.of("columnNameOfCorruptRecord", CORRUPT))
                .as("line"),
            InputTable.utf8Problem(value).as("not_utf8"),
            concat(col("_metadata.file_path"), lit("#"), hex(xxhash64(value))).as(InputTable.ROW));
    Column notJson = when(col("line." + CORRUPT).isNotNull(), lit("the line is not JSON"));
    Stream<Column> columns =
        Stream.of(
            col("line.*"),
            col(InputTable.ROW),
            coalesce(col("not_utf8"), notJson).as(InputTable.PROBLEM));
    return text.filter(length(trim(value)).gt(0))
        .select(with(line, partitions))
        .select(with(columns, partitions))
        .drop(CORRUPT);
  }

  private static Column[] with(Stream<Column> columns, List<String> partitions) {
    return Stream.concat(columns, partitions.stream().map(InputTable::quoted))
        .toArray(Column[]::new);
  }

  private static StructType fields(StructType inferred, List<String> partitions) {
    return new StructType(
        Arrays.stream(inferred.fields())
            .filter(field -> !field.name().equals(CORRUPT) && !partitions.contains(field.name()))
            .toArray(StructField[]::new));
  }
}
