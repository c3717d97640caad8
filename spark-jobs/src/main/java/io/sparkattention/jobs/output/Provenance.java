package io.sparkattention.jobs.output;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * What made the rows of an output.
 *
 * @param model where the model came from; null where none was needed
 * @param attention the model's attention with all options; null where there is no model
 */
public record Provenance(String model, String attention) implements Serializable {

  /** The provenance of a strategy that needs no model. */
  public static final Provenance NO_MODEL = new Provenance(null, null);

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

  /** A row of keys and results followed by the columns that all outputs have. */
  public Row row(Trace trace, Object... keysAndResults) {
    List<Object> values = new ArrayList<>(Arrays.asList(keysAndResults));
    values.add(model);
    values.add(attention);
    values.add(trace.tokensIn);
    values.add(trace.tokensOut);
    values.add(trace.truncated);
    values.add(trace.error);
    values.add(trace.milliseconds);
    return RowFactory.create(values.toArray());
  }
}
