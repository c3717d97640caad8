package io.sparkattention.udfs.work;

import static io.sparkattention.udfs.work.Columns.column;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * What made the rows of an output.
 *
 * @param model where the model came from; null where none was needed
 * @param attention the model's attention with all options; null where there is no model
 */
public record Provenance(String model, String attention) implements Serializable {

  /** The provenance of a strategy that needs no model. */
  public static final Provenance NO_MODEL = new Provenance(null, null);

  /** What every result ends with. */
  public static final List<StructField> COLUMNS =
      List.of(
          column("model", DataTypes.StringType, "the model's location; null where none was needed"),
          column("attention", DataTypes.StringType, "the attention of the model, with all options"),
          column("tokens_in", DataTypes.IntegerType, "tokens that were read"),
          column("tokens_out", DataTypes.IntegerType, "tokens of the result, where it is text"),
          column("truncated", DataTypes.BooleanType, "whether text was left out"),
          column("error", DataTypes.StringType, "why there is no result; null where there is one"));

  /** What follows them where the time is told. */
  public static final StructField DURATION =
      column("duration_ms", DataTypes.DoubleType, "this row's share of the computing time");

  /**
   * How a row came about.
   *
   * @param tokensIn null where there is no result
   * @param tokensOut null where the result is no text
   * @param truncated null where there is no result
   * @param error null where there is a result
   * @param milliseconds computing time
   */
  public record Trace(
      Integer tokensIn, Integer tokensOut, Boolean truncated, String error, double milliseconds) {

    /** A row without a result. */
    public static Trace failed(String error, double milliseconds) {
      return new Trace(null, null, null, error, milliseconds);
    }
  }

  /** Keys and results followed by {@link #COLUMNS} and {@link #DURATION}. */
  public Row timedRow(Trace trace, Object... keysAndResults) {
    List<Object> values = values(trace, keysAndResults);
    values.add(trace.milliseconds);
    return RowFactory.create(values.toArray());
  }

  /** Results followed by {@link #COLUMNS}: equal whenever they are computed. */
  public Row row(Trace trace, Object... results) {
    return RowFactory.create(values(trace, results).toArray());
  }

  private List<Object> values(Trace trace, Object... first) {
    List<Object> values = new ArrayList<>(Arrays.asList(first));
    values.add(model);
    values.add(attention);
    values.add(trace.tokensIn);
    values.add(trace.tokensOut);
    values.add(trace.truncated);
    values.add(trace.error);
    return values;
  }
}
