package io.sparkattention.udfs.work;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/** Declares columns of results. */
public final class Columns {

  private Columns() {}

  /** A column with its meaning. */
  public static StructField column(String name, DataType type, String meaning) {
    return new StructField(name, type, true, Metadata.empty()).withComment(meaning);
  }
}
