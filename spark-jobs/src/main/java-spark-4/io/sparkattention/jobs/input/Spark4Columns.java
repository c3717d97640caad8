package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.is_valid_utf8;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;

/**
 * What columns of Spark 4 have and those of Spark 3.5 lack. Its twin of the same name is compiled
 * in its place where the build is for Spark 3.5.
 */
final class Spark4Columns {

  private Spark4Columns() {}

  /** Whether a text is UTF-8; null where it is null. */
  static Column isUtf8(Column text) {
    return is_valid_utf8(text);
  }

  /** A column as another type; null where it has no value of that type, in every ANSI mode. */
  static Column tryCast(Column column, DataType type) {
    return column.try_cast(type);
  }
}
