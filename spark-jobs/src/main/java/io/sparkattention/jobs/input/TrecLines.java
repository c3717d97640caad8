package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_replace;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * Reads the text formats of TREC: runs, {@code query Q0 passage rank score tag}, and judgements,
 * {@code query 0 passage relevance}. Empty lines and those that start with {@code #} are passed
 * over, as trec_eval 10 does.
 */
final class TrecLines {

  private static final int RUN = 6;
  private static final int JUDGEMENT = 4;
  private static final Column MALFORMED =
      lit("the line has neither the 6 fields of a run nor the 4 of a judgement");

  private TrecLines() {}

  /**
   * One row a line: {@code query_id}, {@code passage_id}, and {@code rank}, {@code score} and
   * {@code tag} of a run or {@code relevance} of a judgement; a line with another number of fields
   * has no ids, but a problem.
   */
  static Dataset<Row> read(SparkSession spark, String location) {
    Column fields = size(col("fields"));
    Column known = fields.geq(RUN).or(fields.equalTo(JUDGEMENT));
    return spark
        .read()
        .text(location)
        .select(col("value"), col("_metadata.file_path").as("path"))
        .filter(col("value").rlike("\\S").and(col("value").startsWith("#").unary_$bang()))
        .withColumn("fields", split(regexp_replace(col("value"), "^\\s+|\\s+$", ""), "\\s+"))
        .select(
            field(0, known, DataTypes.StringType).as("query_id"),
            field(2, known, DataTypes.StringType).as("passage_id"),
            field(3, fields.geq(RUN), DataTypes.IntegerType).as("rank"),
            field(4, fields.geq(RUN), DataTypes.DoubleType).as("score"),
            field(5, fields.geq(RUN), DataTypes.StringType).as("tag"),
            field(3, fields.equalTo(JUDGEMENT), DataTypes.IntegerType).as("relevance"),
            concat(col("path"), lit("#"), hex(xxhash64(col("value")))).as(InputTable.ROW),
            coalesce(
                    InputTable.utf8Problem(col("value")),
                    when(known, problem()).otherwise(MALFORMED))
                .as(InputTable.PROBLEM));
  }

  /** Why a line is neither of a run nor a judgement, or null. */
  private static Column problem() {
    Column number = get(col("fields"), when(size(col("fields")).geq(RUN), 4).otherwise(3));
    return when(
        Spark4Columns.tryCast(number, DataTypes.DoubleType).isNull(),
        concat(lit("'"), coalesce(number, col("value")), lit("' is no number")));
  }

  /** A field of the lines that have it; null where it is of another type. */
  private static Column field(int index, Column there, DataType type) {
    return when(there, Spark4Columns.tryCast(col("fields").getItem(index), type));
  }
}
