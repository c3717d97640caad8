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

import java.util.Arrays;
import java.util.Map;
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

  private JsonLines() {}

  static Dataset<Row> read(SparkSession spark, String location) {
    StructType fields = fields(spark.read().json(location).schema());
    Column value = col("value");
    Dataset<Row> lines =
        spark
            .read()
            .text(location)
            .filter(length(trim(value)).gt(0))
            .select(
                from_json(
                        value,
                        fields.add(CORRUPT, DataTypes.StringType),
                        Map.of("columnNameOfCorruptRecord", CORRUPT))
                    .as("line"),
                InputTable.utf8Problem(value).as("not_utf8"),
                concat(col("_metadata.file_path"), lit("#"), hex(xxhash64(value)))
                    .as(InputTable.ROW));
    Column notJson = when(col("line." + CORRUPT).isNotNull(), lit("the line is not JSON"));
    return lines
        .select(
            col("line.*"),
            col(InputTable.ROW),
            coalesce(col("not_utf8"), notJson).as(InputTable.PROBLEM))
        .drop(CORRUPT);
  }

  private static StructType fields(StructType inferred) {
    return new StructType(
        Arrays.stream(inferred.fields())
            .filter(field -> !field.name().equals(CORRUPT))
            .toArray(StructField[]::new));
  }
}
