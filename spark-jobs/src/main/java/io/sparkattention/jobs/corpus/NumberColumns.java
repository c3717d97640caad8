package io.sparkattention.jobs.corpus;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/** Columns of numbers as tables of statistics hold them. */
public final class NumberColumns {

  private NumberColumns() {}

  /** A column by its name, whatever characters that has. */
  public static Column named(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }

  /** Its numbers as doubles; null for what is no number or infinite. */
  public static Column finite(String name) {
    return finite(named(name));
  }

  /** As above. */
  public static Column finite(Column column) {
    Column number = column.cast(DataTypes.DoubleType);
    return when(number.between(-Double.MAX_VALUE, Double.MAX_VALUE), number); // NaN is above
  }
}
