package io.sparkattention.jobs.corpus;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/** Columns of numbers as these tables read them. */
final class NumberColumns {

  private NumberColumns() {}

  /** A column by its name, whatever characters that has. */
  static Column named(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  /** Its numbers as doubles; null for what is no number or infinite. */
  static Column finite(String name) {
    Column number = named(name).cast(DataTypes.DoubleType);
    return when(number.between(-Double.MAX_VALUE, Double.MAX_VALUE), number); // NaN is above
  }
}
