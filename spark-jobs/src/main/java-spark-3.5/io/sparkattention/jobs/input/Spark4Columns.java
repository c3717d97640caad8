package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.sparkattention.udfs.batch.Utf8;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;

/**
 * What columns of Spark 4 have and those of Spark 3.5 lack, made of what Spark 3.5 has. Its twin of
 * the same name is compiled in its place where the build is for Spark 4.
 */
final class Spark4Columns {

  private static final UDF1<byte[], Boolean> IS_UTF8 = bytes -> Utf8.problem(bytes) == null;

  private Spark4Columns() {}

  /** Whether a text is UTF-8; null where it is null. */
  static Column isUtf8(Column text) {
    Column bytes = text.cast(DataTypes.BinaryType);
    return when(text.isNotNull(), udf(IS_UTF8, DataTypes.BooleanType).apply(bytes));
  }

  /** A column as another type; null where it has no value of that type, in every ANSI mode. */
  static Column tryCast(Column column, DataType type) {
    return new Column(new Cast(column.expr(), type, Option.empty(), EvalMode.TRY()));
  }
}
